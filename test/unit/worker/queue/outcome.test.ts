import { describe, expect, test } from 'vitest';

import { awayDelayMs, decideOutcome } from '../../../../worker/queue/outcome.ts';

describe('what follows from a failure', () => {
  test.each([
    ['a service that is away is waited for, however often', 'away', 99, 'later'],
    ['what no repetition mends fails at once', 'final', 0, 'fail'],
    ['anything else is tried again', 'retryable', 3, 'again'],
    ['until the last attempt', 'retryable', 4, 'fail'],
  ] as const)('%s', (_, kind, made, outcome) =>
    expect(decideOutcome({ kind }, made, 5)).toBe(outcome),
  );

  test('the wait for a service grows to ten seconds, and differs between jobs', () => {
    expect([0, 1, 2, 3, 9].map((starts) => awayDelayMs(starts, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 10_000,
    ]);
    expect(awayDelayMs(9, 0)).toBe(5_000);
  });
});
