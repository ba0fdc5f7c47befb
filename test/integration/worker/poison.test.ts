import { expect, test, vi } from 'vitest';

import { listEnded } from '../../../worker/records/failures.ts';
import { findInconsistencies } from '../../harness/consistency.ts';
import { page } from '../../harness/pages.ts';
import { openTestStack } from '../../harness/test-stack.ts';
import type { WorkerProcess } from '../../harness/worker-process.ts';

/**
 * Kills its process as the memory limit does, with the jobs beside it in hand, whenever the text of
 * this document is to be embedded.
 */
const killer = `
  const stringify = JSON.stringify;
  JSON.stringify = (value, ...rest) => {
    if (typeof value === 'string' && value.includes('arsenic')) process.kill(process.pid, 'SIGKILL');
    return stringify(value, ...rest);
  };`;

test(
  'a document that kills its worker each time fails with a code of its own; the worker and the documents beside it go on',
  { timeout: 240_000 },
  async () => {
    await using world = await openTestStack();
    const poison = {
      url: 'https://example.test/poison',
      markdown: '# Poison\n\narsenic and old lace',
    };
    await world.intake.submit(poison);
    for (const number of [1, 2, 3]) await world.intake.submit(page(number));
    let deaths = 0;
    let stopped = false;
    let worker: WorkerProcess | undefined;
    // As Docker does with what ends.
    const restart = async (): Promise<void> => {
      while (!stopped) {
        worker = world.startWorker({
          NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(killer)}`,
        });
        if ((await worker.exited).signal === 'SIGKILL') deaths += 1;
      }
    };
    const restarting = restart();
    await vi.waitFor(
      async () => {
        const [failed] = await listEnded(world.services.pool, 'failed', 10);
        expect(failed).toMatchObject({
          url: poison.url,
          code: 'INDEXING_POISON',
          reason: expect.stringContaining('died 2 times'),
        });
      },
      { timeout: 200_000, interval: 200 },
    );
    expect(
      await findInconsistencies(world, { failures: { [poison.url]: 'INDEXING_POISON' } }),
    ).toEqual([]);
    stopped = true;
    worker?.kill('SIGTERM');
    await restarting;
    expect(deaths).toBe(3);
  },
);
