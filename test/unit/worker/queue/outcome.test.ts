import { describe, expect, test } from 'vitest';

import { awayDelayMs, decideOutcome } from '../../../../worker/queue/outcome.ts';

describe('a failed job', () => {
  test.each([
    ['waits for a service that is away, however often', 'away', 99, 'later'],
    ['fails at once when no retry can help', 'final', 0, 'fail'],
    ['is tried again before its last attempt', 'retryable', 3, 'again'],
    ['fails for good after its last attempt', 'retryable', 4, 'fail'],
  ] as const)('%s', (_, kind, made, outcome) =>
    expect(decideOutcome({ kind }, made, 5)).toBe(outcome),
  );

  test('waits longer each time for a service, up to ten seconds, and not exactly like other jobs', () => {
    expect([0, 1, 2, 3, 9].map((starts) => awayDelayMs(starts, 1))).toEqual([
      1_000, 2_000, 4_000, 8_000, 10_000,
    ]);
    expect(awayDelayMs(9, 0)).toBe(5_000);
  });
});
