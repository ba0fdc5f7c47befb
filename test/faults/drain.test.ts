import { describe, test } from 'vitest';

import { findInconsistencies } from '../harness/consistency.ts';
import { holdJobs } from '../harness/held-jobs.ts';
import { pages } from '../harness/pages.ts';
import { openTestStack } from '../harness/test-stack.ts';
import type { TestStack } from '../harness/test-stack.ts';
import type { Ended } from '../harness/worker-process.ts';

/**
 * Starts a worker with a drain time.
 *
 * @returns what stops it as `docker stop` does: SIGTERM, and SIGKILL when time is up. A stack gives
 *   a worker 10 s beyond its drain time. Here it is ten times as long as the worker took to start,
 *   which is a second on an idle machine: on a busy one a stop takes longer too.
 */
async function startWorker(
  stack: TestStack,
  drainSeconds: number,
): Promise<{ stop: () => Promise<Ended>; draining: () => Promise<unknown> }> {
  const startedAt = performance.now();
  const worker = await stack.worker({ WEBHOOK_DRAIN_TIMEOUT: `${drainSeconds}s` });
  const marginMs = 10 * (performance.now() - startedAt);
  const stop = (): Promise<Ended> => {
    worker.kill('SIGTERM');
    const limit = setTimeout(() => worker.kill('SIGKILL'), drainSeconds * 1_000 + marginMs);
    return worker.exited.finally(() => clearTimeout(limit));
  };
  return { stop, draining: () => worker.logged('draining') };
}

describe.concurrent('a worker that gets SIGTERM', () => {
  test('under load finishes its jobs, exits with 0 and leaves the rest to the next', async ({
    expect,
  }) => {
    await using stack = await openTestStack();
    const worker = await startWorker(stack, 20);
    await holdJobs(stack, pages(30));
    const stopped = worker.stop();
    await worker.draining();
    stack.tei.release();
    expect(await stopped).toEqual({ code: 0, signal: null });
    // Given back or finished, not left to time out: nothing is active without a worker.
    const { indexing, embedding: vectors } = await stack.services.queues.counts();
    expect(indexing.active + vectors.active).toBe(0);
    await stack.worker();
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test.for([
    ['TEI hangs', (stack: TestStack) => stack.proxies.tei.silence()],
    ['Qdrant hangs', (stack: TestStack) => stack.proxies.qdrant.silence()],
    ['Redis is away', (stack: TestStack) => stack.proxies.redis.refuse()],
    ['Postgres is silent', (stack: TestStack) => stack.proxies.postgres.silence()],
  ] as const)(
    'while %s gives its jobs back after the drain time and exits with 0',
    async ([, fault], { expect }) => {
      await using stack = await openTestStack();
      const worker = await startWorker(stack, 2);
      await holdJobs(stack, pages(8));
      await fault(stack);
      stack.tei.release();
      expect(await worker.stop()).toEqual({ code: 0, signal: null });
      for (const proxy of Object.values(stack.proxies)) await proxy.pass();
      await stack.worker();
      expect(await findInconsistencies(stack)).toEqual([]);
    },
  );
});
