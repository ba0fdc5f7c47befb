import { describe, expect, test } from 'vitest';

import type { StackInspection } from '../../../cli/status/inspect.ts';
import { reasonsNotReady } from '../../../cli/status/ready.ts';

const well: StackInspection = {
  containers: [
    {
      container: 'pulse-dev_webhook-worker-1',
      health: 'healthy',
      restarts: 3,
      oomKilled: false,
      memory: '',
      cpu: '',
      image: '',
    },
  ],
  volumes: [
    {
      volume: 'pulse-dev_postgres',
      usedPercent: 40,
      free: '10.0 GiB',
      container: 'pulse-dev_postgres',
    },
  ],
  gpuHost: [{ service: 'tei', ok: true, latencyMs: 3, code: null, target: '' }],
  queues: [{ queue: 'indexing', waiting: 900, active: 4, delayed: 0, failed: 2, paused: false }],
  tasks: [],
  keywordFiles: [],
  backups: [{ what: 'drill', ok: true, at: '2026-11-27T03:14:00Z', result: '' }],
  chunks: null,
  unknown: [],
};
const [container] = well.containers as [StackInspection['containers'][number]];

describe('a stack', () => {
  test('is ready in spite of past restarts and a long queue', () => {
    expect(reasonsNotReady(well)).toEqual([]);
  });

  test('without containers or without a worker gives only that as the reason', () => {
    expect(
      reasonsNotReady({
        containers: [],
        volumes: [],
        gpuHost: [],
        queues: [],
        tasks: [],
        keywordFiles: [],
        backups: [],
        chunks: null,
        unknown: [],
      }),
    ).toEqual(['it has no containers']);
    expect(
      reasonsNotReady({ ...well, containers: [{ ...container, container: 'pulse-dev_redis' }] }),
    ).toEqual(['it has no worker']);
  });

  test('that is not ready gives every reason at once', () => {
    expect(
      reasonsNotReady({
        containers: [{ ...container, health: 'exited' }],
        volumes: well.volumes.map((volume) => ({ ...volume, usedPercent: 95 })),
        gpuHost: well.gpuHost.map((service) => ({
          ...service,
          ok: false,
          code: 'TEI_UNREACHABLE',
        })),
        queues: well.queues.map((queue) => ({ ...queue, paused: true })),
        tasks: [],
        keywordFiles: [],
        backups: [{ what: 'backup', ok: false, at: '', result: 'BACKUP_DISK: full' }],
        chunks: null,
        unknown: ['disk space: df failed'],
      }),
    ).toEqual([
      'pulse-dev_webhook-worker-1 is exited',
      'the disk under volume pulse-dev_postgres is 95% full, 10.0 GiB are free',
      'tei does not answer as it should (TEI_UNREACHABLE): documents are found by keyword, and wait for it',
      'disk space: df failed',
      'the last backup did not succeed: BACKUP_DISK: full',
      'queue indexing is paused: ./pulse queue resume',
    ]);
  });
});
