import { describe, expect, test } from 'vitest';

import type { QueueName } from '../../../../shared/queue-names.ts';
import { explainStandstill } from '../../../../worker/operator/why.ts';
import type { QueueSnapshot } from '../../../../worker/operator/why.ts';

const idle = { waiting: 0, active: 0, delayed: 0, failed: 0, paused: false, limit: null };
const busy = { ...idle, waiting: 20, active: 3 };
const nowMs = Date.UTC(2026, 0, 1);
const worker = (name: string, secondsAgo = 1, consuming = true) => ({
  name,
  consuming,
  heartbeatAt: new Date(nowMs - secondsAgo * 1_000),
  holdsBack: [] as QueueName[],
});
const holding = (name: string) => ({ ...worker(name), holdsBack: ['embedding'] as QueueName[] });
const well: QueueSnapshot = {
  nowMs,
  queues: { indexing: busy, embedding: idle },
  workers: [worker('w-1'), worker('w-2')],
  away: undefined,
  suspects: [],
};
const away = {
  since: new Date(nowMs - 60_000),
  code: 'TEI_REFUSED',
  reason: 'connect ECONNREFUSED',
};

describe('the explanation of a queue', () => {
  test.each<[string, Partial<QueueSnapshot>, RegExp, string | null]>([
    [
      'the operator paused it',
      {
        queues: { indexing: { ...busy, paused: true }, embedding: { ...idle, paused: true } },
        workers: [],
      },
      /paused indexing and embedding: \.\/pulse queue resume/,
      null,
    ],
    [
      'no worker is there',
      { workers: [worker('w-1', 60)] },
      /^No worker is alive while 20 documents wait/,
      'WORKERS_MISSING',
    ],
    [
      'no worker takes jobs',
      { workers: [worker('w-1', 1, false)] },
      /^None of the 1 living workers takes jobs: w-1/,
      'WORKER_STUCK',
    ],
    [
      'a service is away',
      {
        away,
        workers: [holding('w-1'), holding('w-2')],
        queues: { indexing: idle, embedding: { ...busy, active: 0 } },
      },
      /circuit is open since 2025-12-31T23:59:00.*TEI_REFUSED: connect ECONNREFUSED/,
      'TEI_REFUSED',
    ],
    [
      'one document kills its workers',
      { suspects: [{ url: 'https://example.test/poison', deaths: 2 }] },
      /killed its worker 2 time.*https:\/\/example\.test\/poison/,
      'INDEXING_POISON',
    ],
    [
      'all documents wait after a failure',
      { queues: { indexing: { ...idle, delayed: 4 }, embedding: idle } },
      /^All 4 documents wait out/,
      null,
    ],
  ])('says when %s', (_, difference, reason, code) => {
    expect(explainStandstill({ ...well, ...difference })).toEqual({
      moving: false,
      reason: expect.stringMatching(reason),
      code,
    });
  });

  test.each<[string, Partial<QueueSnapshot>, RegExp]>([
    [
      'nothing waits',
      { queues: { indexing: idle, embedding: { ...idle, failed: 2 } }, workers: [] },
      /^Nothing waits; 2 failed/,
    ],
    ['work goes on', {}, /^It moves: 3 active, 20 waiting, 2 worker/],
    [
      'the first stage goes on while the GPU host is away',
      { away, queues: { indexing: busy, embedding: busy } },
      /^It moves/,
    ],
    [
      'the local TEI replaces the one that is away',
      { away, queues: { indexing: idle, embedding: busy } },
      /^It moves: 3 active/,
    ],
    [
      'as many jobs run as the limit allows',
      { queues: { indexing: { ...busy, limit: 3 }, embedding: idle } },
      /^All 3 jobs of indexing.*20 wait/,
    ],
  ])('reports no standstill when %s', (_, difference, reason) => {
    expect(explainStandstill({ ...well, ...difference })).toMatchObject({
      moving: true,
      reason: expect.stringMatching(reason),
    });
  });
});
