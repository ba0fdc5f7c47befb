import { expect, test } from 'vitest';

import { listEnded } from '../../../worker/records/failures.ts';
import { preloadFault } from '../../doubles/worker-faults/preload.ts';
import { findInconsistencies } from '../../harness/consistency.ts';
import { eventually } from '../../harness/eventually.ts';
import { page } from '../../harness/pages.ts';
import { openTestStack } from '../../harness/test-stack.ts';
import type { WorkerProcess } from '../../harness/worker-process.ts';

test('a document that kills its worker each time fails with a code of its own, and all others continue', async () => {
  await using stack = await openTestStack();
  const poison = {
    url: 'https://example.test/poison',
    markdown: '# Poison\n\narsenic and old lace',
  };
  await stack.intake.submit(poison);
  for (const number of [1, 2, 3]) await stack.intake.submit(page(number));
  let deaths = 0;
  const stopping = new AbortController();
  let worker: WorkerProcess | undefined;
  // As Docker does with a container that ends.
  const restart = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      worker = stack.startWorker(preloadFault('die-of-arsenic'));
      if ((await worker.exited).signal === 'SIGKILL') deaths += 1;
    }
  };
  const restarting = restart();
  await eventually('a failed poison document', async () => {
    const [failed] = await listEnded(stack.services.pool, 'failed', 10);
    expect(failed).toMatchObject({
      url: poison.url,
      code: 'INDEXING_POISON',
      reason: expect.stringContaining('died 2 times'),
    });
  });
  expect(
    await findInconsistencies(stack, { failures: { [poison.url]: 'INDEXING_POISON' } }),
  ).toEqual([]);
  stopping.abort();
  worker?.kill('SIGTERM');
  await restarting;
  expect(deaths).toBe(3);
});
