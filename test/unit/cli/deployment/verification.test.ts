import { expect, test } from 'vitest';

import { findNewReport } from '../../../../cli/deployment/verification.ts';
import type { StateResource, StackOutputs } from '../../../../cli/state.ts';

const stateOf = (verifiedAt?: string): StateResource[] => [
  {
    urn: 'urn:pulumi:test::pulse::pulumi:pulumi:Stack::pulse-test',
    type: 'pulumi:pulumi:Stack',
    outputs: verifiedAt === undefined ? {} : { verifiedAt },
  },
];
type Check = NonNullable<StackOutputs['verification']>['checks'][0];
const check = (ok: boolean) => ({ ok, code: ok ? null : 'TEI_TIMEOUT' }) as Check;
const outputsOf = (verifiedAt: string, ...passed: boolean[]): StackOutputs => ({
  containerNames: [],
  verifiedAt,
  verification: { ok: passed.every(Boolean), verifiedAt, checks: passed.map(check) },
});

test('a first deployment has verified itself', () =>
  expect(findNewReport([], outputsOf('10:00', true, true))).toEqual({
    ok: true,
    isVerified: true,
    summary: '2 of 2 checks passed at 10:00; pulumi shows them above',
  }));

test('an update that verified has a report of another time than before', () => {
  expect(findNewReport(stateOf('10:00'), outputsOf('11:00', true))?.ok).toBe(true);
  expect(findNewReport(stateOf(), outputsOf('11:00', true, false))).toMatchObject({
    ok: false,
    summary: expect.stringContaining('1 of 2 checks passed'),
  });
});

test('an update whose queue an operator has paused is good, and not proven', () => {
  const outputs = outputsOf('11:00', true);
  const paused = { ok: false, code: 'CANARY_PAUSED' } as Check;
  const verification = { ok: false, verifiedAt: '11:00', checks: [check(true), paused] };
  expect(findNewReport(stateOf(), { ...outputs, verification })).toMatchObject({
    ok: true,
    isVerified: false,
    summary: expect.stringContaining('1 of 2 checks passed'),
  });
});

test('an update that kept the report from before has still to be verified', () => {
  expect(findNewReport(stateOf('10:00'), outputsOf('10:00', true))).toBeUndefined();
  expect(findNewReport(stateOf('10:00'), { containerNames: [] })).toBeUndefined();
});
