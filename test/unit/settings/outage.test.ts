import { describe, expect, test } from 'vitest';

import { unconfirmedOutage } from '../../../settings/outage.ts';

const deployed = { subnet: '10.1.0.0/24', gateway: '10.1.0.1' };
const other = { subnet: '10.2.0.0/24', gateway: '10.2.0.1', mode: 'own' } as const;

describe('a change of the network', () => {
  test('is refused with both ways out', () => {
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

  test('goes on when the configuration names the new subnet; a confirmation of an earlier change confirms nothing', () => {
    expect(unconfirmedOutage(deployed, { ...other, allowOutage: other.subnet })).toBeUndefined();
    expect(unconfirmedOutage(deployed, { ...other, allowOutage: deployed.subnet })).toContain(
      'outage',
    );
  });

  test('is none where the network is only joined: the configuration says something else about it', () => {
    expect(
      unconfirmedOutage(deployed, { ...other, mode: 'existing', allowOutage: undefined }),
    ).toBeUndefined();
  });

  test('is none on a first deployment, and where nothing differs', () => {
    expect(unconfirmedOutage({}, { ...other, allowOutage: undefined })).toBeUndefined();
    expect(
      unconfirmedOutage(deployed, { ...deployed, mode: 'own', allowOutage: undefined }),
    ).toBeUndefined();
  });
});
