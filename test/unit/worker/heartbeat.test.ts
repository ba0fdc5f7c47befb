import { expect, test } from 'vitest';

import { idleWhileWaitingMs } from '../../../worker/heartbeat.ts';

const idle = { nowMs: 100_000, waitingSinceMs: 40_000, lastActivityMs: 10_000, activeHere: 0, concurrency: 4, paused: false };

test('a worker that takes none of the waiting jobs counts from when they began to wait', () => expect(idleWhileWaitingMs(idle)).toBe(60_000));
test('what it did last counts as well', () => expect(idleWhileWaitingMs({ ...idle, lastActivityMs: 90_000 })).toBe(10_000));
test.each([
  ['nothing waits', { waitingSinceMs: undefined }],
  ['the queue is paused', { paused: true }],
  ['it has as many jobs as it may', { activeHere: 4 }],
])('idleness is right while %s', (_, difference) => expect(idleWhileWaitingMs({ ...idle, ...difference })).toBe(0));
