import { describe, expect, test } from 'vitest';

import { unconfirmedOutage } from '../../../settings/outage.ts';

const deployed = { subnet: '10.1.0.0/24', gateway: '10.1.0.1' };
const other = { subnet: '10.2.0.0/24', gateway: '10.2.0.1', mode: 'own' } as const;

describe('a change of the network', () => {
  test('is refused with both ways to go on', () => {
    expect(unconfirmedOutage(deployed, { ...other, allowOutage: undefined })).toMatch(
      /outage[^]*pulse:allowOutage 10\.2\.0\.0\/24[^]*pulse:subnet 10\.1\.0\.0\/24/,
    );
    expect(
      unconfirmedOutage(deployed, {
        ...deployed,
        mode: 'own',
        gateway: '10.1.0.2',
        allowOutage: undefined,
      }),
    ).toContain('outage');
  });

  test('is allowed by a confirmation of the new subnet, not by one of an earlier change', () => {
    expect(unconfirmedOutage(deployed, { ...other, allowOutage: other.subnet })).toBeUndefined();
    expect(unconfirmedOutage(deployed, { ...other, allowOutage: deployed.subnet })).toContain(
      'outage',
    );
  });

  test('needs no confirmation when the stack only joins the network', () => {
    expect(
      unconfirmedOutage(deployed, { ...other, mode: 'existing', allowOutage: undefined }),
    ).toBeUndefined();
  });

  test('needs no confirmation on a first deployment or when nothing differs', () => {
    expect(unconfirmedOutage({}, { ...other, allowOutage: undefined })).toBeUndefined();
    expect(
      unconfirmedOutage(deployed, { ...deployed, mode: 'own', allowOutage: undefined }),
    ).toBeUndefined();
  });
});
