import { describe, expect, test } from 'vitest';

import { findInconsistencies } from '../../harness/consistency.ts';
import { eventually } from '../../harness/eventually.ts';
import { page } from '../../harness/pages.ts';
import { openTestStack } from '../../harness/test-stack.ts';

const numbers = Array.from({ length: 60 }, (_, index) => index + 1);

describe('a stopping worker', () => {
  test('finishes its jobs under load, takes no new ones, exits with 0 and loses no document', async () => {
    await using stack = await openTestStack();
    for (const number of numbers) await stack.intake.submit(page(number));
    // No chunk can be written until this transaction ends: the jobs in hand stay in hand.
    const holder = await stack.services.pool.connect();
    await holder.query('BEGIN; LOCK TABLE chunks IN EXCLUSIVE MODE');
    const worker = await stack.worker({ WEBHOOK_DRAIN_TIMEOUT: '20s' });
    await eventually('an active indexing job', async () =>
      expect((await stack.services.queues.counts()).indexing.active).toBeGreaterThan(0),
    );
    worker.kill('SIGTERM');
    await worker.logged('draining');
    await holder.query('ROLLBACK');
    holder.release();
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    const { indexing, embedding } = await stack.services.queues.counts();
    expect([indexing.active, embedding.active]).toEqual([0, 0]);
    expect(indexing.waiting + embedding.waiting).toBeGreaterThan(0);
    expect(await stack.services.queues.redis.exists('pulse:workers:worker-1')).toBe(0);
    await stack.worker();
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('returns unfinished jobs to the front of the queue at once, with no attempt used up', async () => {
    await using stack = await openTestStack();
    stack.tei.fail('hang');
    const worker = await stack.worker({ WEBHOOK_DRAIN_TIMEOUT: '1s' });
    await stack.intake.submit(page(1));
    await eventually('an active embedding job', async () =>
      expect((await stack.services.queues.counts()).embedding.active).toBe(1),
    );
    worker.kill('SIGTERM');
    expect(await worker.exited).toEqual({ code: 0, signal: null });
    const [job] = await stack.services.queues.queue('embedding').getWaiting();
    expect(job).toMatchObject({ attemptsMade: 0, stalledCounter: 0 });
    stack.tei.fail();
    await stack.worker();
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('exits with 0 also while it waits for its stores', async () => {
    await using stack = await openTestStack();
    await stack.proxies.postgres.refuse();
    const worker = stack.startWorker();
    await worker.logged('waiting for Postgres and Redis');
    worker.kill('SIGTERM');
    expect(await worker.exited).toEqual({ code: 0, signal: null });
  });
});
