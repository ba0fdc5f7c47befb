import { describe, expect, test } from 'vitest';

import { idleSince, idleReason } from '../../../worker/stuck.ts';
import type { StageSnapshot } from '../../../worker/stuck.ts';

const look: StageSnapshot = {
  nowMs: 100_000,
  waiting: 3,
  paused: false,
  active: 0,
  limit: null,
  circuitOpen: false,
  activeHere: 0,
  concurrency: 4,
  lastActivityMs: 10_000,
  lateMs: 0,
};

describe('a worker that takes none of the waiting jobs', () => {
  test('is idle since the first check that found it idle', () => {
    const first = idleSince(undefined, look);
    expect(first).toBe(100_000);
    expect(idleSince(first, { ...look, nowMs: 102_000 })).toBe(100_000);
  });

  test('is idle at most since it last took or ended a job', () => {
    expect(idleSince(90_000, { ...look, lastActivityMs: 95_000 })).toBe(95_000);
  });

  test('is not blamed for the time in which its process was stopped or without Redis', () => {
    expect(idleSince(10_000, { ...look, lateMs: 60_000 })).toBe(100_000);
    expect(idleSince(10_000, { ...look, lateMs: 500 })).toBe(10_000);
  });
});

describe('a worker that takes no job', () => {
  test.each<[string, Partial<StageSnapshot>]>([
    ['nothing waits', { waiting: 0 }],
    ['paused', { paused: true }],
    ['the circuit is open', { circuitOpen: true }],
    ['the limit of all workers is reached', { limit: 2, active: 2 }],
    ['it has as many as it may', { activeHere: 4 }],
  ])('is excused while %s, and its idle time starts again afterwards', (rest, difference) => {
    expect(idleReason({ ...look, ...difference })).toBe(rest);
    expect(idleSince(10_000, { ...look, ...difference })).toBeUndefined();
    expect(idleSince(undefined, look)).toBe(look.nowMs);
  });

  test('is not excused below the limit and with room for another job', () => {
    expect(idleReason({ ...look, limit: 2, active: 1, activeHere: 3 })).toBeUndefined();
  });
});
