import { describe, test } from 'vitest';

import { findInconsistencies } from '../harness/consistency.ts';
import { eventually } from '../harness/eventually.ts';
import { page, pages } from '../harness/pages.ts';
import { openTestStack } from '../harness/test-stack.ts';
import { startWorkerContainer } from '../harness/worker-container.ts';
import type { WorkerContainer } from '../harness/worker-container.ts';

/** Enough for a worker with documents of common size; not for ten megabytes of one. */
const megabytes = 150;
const environment = { WEBHOOK_MAX_CHUNK_TOKENS: '512', WEBHOOK_CHUNK_OVERLAP_TOKENS: '50' };
const killed = (worker: WorkerContainer, times: number) =>
  eventually(`a worker killed ${times} time(s)`, async () => (await worker.restarts()) >= times);
const tooLarge = {
  url: 'https://example.test/too-large',
  text: 'unremarkable sentences fill these pages. '.repeat(240_000),
};

describe.concurrent('a worker at its memory limit', () => {
  test('restarts after a kill: the fatal document fails, all others are indexed', async ({
    expect,
  }) => {
    await using stack = await openTestStack({ environment });
    await using worker = await startWorkerContainer(stack.environment, megabytes);
    await stack.intake.submit(tooLarge);
    for (const one of pages(8)) await stack.intake.submit(one);
    await killed(worker, 1);
    expect(
      await findInconsistencies(stack, {
        failures: { [tooLarge.url]: 'INDEXING_POISON' },
      }),
    ).toEqual([]);
    expect(await worker.running()).toBe(true);
  });

  test('leaves its document to a worker that has enough memory', async ({ expect }) => {
    await using stack = await openTestStack({ environment });
    {
      await using worker = await startWorkerContainer(stack.environment, megabytes);
      await stack.intake.submit(tooLarge);
      await killed(worker, 1);
    }
    await stack.worker();
    await stack.intake.submit(page(1));
    expect(await findInconsistencies(stack)).toEqual([]);
  });
});
