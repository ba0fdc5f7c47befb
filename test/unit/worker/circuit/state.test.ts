import { describe, expect, test } from 'vitest';

import {
  allowsCallsOf,
  computeProbeDelayMs,
  recordFailedProbe,
  recordFailure,
  startTrial,
} from '../../../../worker/circuit/state.ts';
import type { Failure, OpenRecord } from '../../../../worker/circuit/state.ts';

const open: OpenRecord = {
  kind: 'open',
  since: 1_000,
  code: 'TEI_REFUSED',
  reason: 'connection refused',
  failures: 1,
};
const failure: Failure = {
  code: 'TEI_TIMEOUT',
  reason: 'no answer',
  nowMs: 5_000,
  isTrial: false,
  opens: true,
};

describe('a failed call', () => {
  test('opens a closed circuit when it is enough to open it', () => {
    expect(recordFailure(undefined, failure)).toEqual({
      kind: 'open',
      since: 5_000,
      code: 'TEI_TIMEOUT',
      reason: 'no answer',
      failures: 1,
    });
  });

  test('leaves a closed circuit closed when it is not enough to open it', () => {
    expect(recordFailure(undefined, { ...failure, opens: false })).toBeUndefined();
  });

  test('that began before the outage does not end the trial of a half-open circuit', () => {
    expect(recordFailure(startTrial(open, 'worker-1'), failure)).toBeUndefined();
  });

  test('of the trial opens the circuit again, and it is open since its first failure', () => {
    const trial = startTrial(open, 'worker-1');
    expect(recordFailure(trial, { ...failure, isTrial: true })).toMatchObject({
      kind: 'open',
      since: 1_000,
      failures: 2,
    });
  });
});

describe('a circuit', () => {
  test.each([
    ['closed', undefined, true],
    ['open', open, false],
    ['half-open for this replica', startTrial(open, 'worker-1'), true],
    ['half-open for another replica', startTrial(open, 'worker-2'), false],
  ] as const)('that is %s allows calls: %#', (_state, record, allowed) => {
    expect(allowsCallsOf('worker-1', record)).toBe(allowed);
  });

  test('that stays open after a probe keeps its reason unless the probe gives another', () => {
    expect(recordFailedProbe(open, undefined)).toEqual({ ...open, failures: 2 });
    const found = { code: 'TEI_MODEL', reason: 'another model' } as const;
    expect(recordFailedProbe(open, found)).toEqual({ ...open, ...found, failures: 2 });
  });

  test.each([
    [1, 750, 1_000],
    [2, 1_500, 2_000],
    [20, 7_500, 10_000],
  ])('after %i failures is probed again in %i to %i ms', (failures, least, most) => {
    expect(computeProbeDelayMs(failures, 0)).toBe(least);
    expect(computeProbeDelayMs(failures, 1)).toBe(most);
  });
});
