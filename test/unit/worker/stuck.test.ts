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
  test('is idle since the first look that found it so', () => {
    const first = idleSince(undefined, look);
    expect(first).toBe(100_000);
    expect(idleSince(first, { ...look, nowMs: 102_000 })).toBe(100_000);
  });

  test('is not idle since before it last took or ended a job', () => {
    expect(idleSince(90_000, { ...look, lastActivityMs: 95_000 })).toBe(95_000);
  });

  test('is not blamed for the time in which its process was stopped', () => {
    expect(idleSince(10_000, { ...look, lateMs: 60_000 })).toBe(100_000);
    expect(idleSince(10_000, { ...look, lateMs: 500 })).toBe(10_000);
  });
});

describe('taking no job is right', () => {
  test.each<[string, Partial<StageSnapshot>]>([
    ['nothing waits', { waiting: 0 }],
    ['paused', { paused: true }],
    ['the circuit is open', { circuitOpen: true }],
    ['the limit of all workers is reached', { limit: 2, active: 2 }],
    ['it has as many as it may', { activeHere: 4 }],
  ])('while %s, and counts anew after it', (rest, difference) => {
    expect(idleReason({ ...look, ...difference })).toBe(rest);
    expect(idleSince(10_000, { ...look, ...difference })).toBeUndefined();
    expect(idleSince(undefined, look)).toBe(look.nowMs);
  });

  test('below the limit, or with room for another job, it is not', () => {
    expect(idleReason({ ...look, limit: 2, active: 1, activeHere: 3 })).toBeUndefined();
  });
});
