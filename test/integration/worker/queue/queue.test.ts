import { describe, expect, test, vi } from 'vitest';

import { listJobs } from '../../../../worker/operator/listing.ts';
import { writeOperatorValue } from '../../../../worker/records/operator-values.ts';
import { enqueuePending } from '../../../../worker/sweep/pending.ts';
import { findInconsistencies } from '../../../harness/consistency.ts';
import { page } from '../../../harness/pages.ts';
import { openTestStack } from '../../../harness/test-stack.ts';
import type { TestStack } from '../../../harness/test-stack.ts';

const soon = { timeout: 20_000, interval: 50 };
const state = async ({ services }: TestStack, id: string) =>
  (await services.records.latest(id))?.state;

describe('a job', () => {
  test('of a document is one that works and one that waits, however often it is rung for', async () => {
    await using world = await openTestStack();
    const id = await world.intake.submit(page(1));
    for (let times = 0; times < 5; times += 1) await world.services.queues.enqueue('indexing', id);
    expect((await world.services.queues.counts()).indexing).toMatchObject({
      waiting: 1,
      delayed: 0,
    });
    await world.worker();
    expect(await findInconsistencies(world)).toEqual([]);
  });

  test('that waits out a back-off goes at once when a newer version comes in', async () => {
    await using world = await openTestStack();
    const id = await world.intake.submit(page(1));
    const queue = world.services.queues.queue('indexing');
    const [job] = await queue.getWaiting();
    await job?.remove();
    await queue.add(
      'document',
      { documentId: id },
      { delay: 600_000, deduplication: { id, keepLastIfActive: true } },
    );
    await world.intake.submit(page(1, 2));
    expect((await world.services.queues.counts()).indexing).toMatchObject({
      waiting: 1,
      delayed: 0,
    });
    await world.worker();
    expect(await findInconsistencies(world)).toEqual([]);
  });

  test('that fails for good says so at once, with code and reason, and only of the version that failed', async () => {
    await using world = await openTestStack();
    world.tei.fail('wrong-dimension');
    const id = await world.intake.submit(page(1));
    const worker = await world.worker();
    await vi.waitFor(
      async () =>
        expect(await world.services.records.latest(id)).toMatchObject({
          state: 'failed',
          code: 'TEI_DIMENSION',
          reason: expect.stringContaining('33'),
        }),
      soon,
    );
    expect(
      await worker.logged((line) => line['alert'] === true && line['documentId'] === id),
    ).toMatchObject({ code: 'TEI_DIMENSION', check: expect.any(String), attempt: 1 });
    world.tei.fail();
    await world.intake.submit(page(1, 2));
    expect(await findInconsistencies(world)).toEqual([]);
  });

  test('that takes longer than it may is ended, tried again, and fails with a code of its own', async () => {
    await using world = await openTestStack({
      environment: { WEBHOOK_INDEXING_JOB_TIMEOUT: '300ms' },
    });
    await world.worker();
    await vi.waitFor(() => expect(world.tei.calls).toBeGreaterThan(0), soon); // what a worker asks at its start
    world.tei.fail('hang');
    const id = await world.intake.submit(page(1));
    const shown = {
      queue: 'embedding',
      url: page(1).url,
      attempt: '3 of 5',
      code: 'INDEXING_TIMEOUT',
      reason: 'not done within 0.3 s',
      dueInSeconds: expect.any(Number),
    };
    await vi.waitFor(
      async () => expect(await listJobs(world.services, ['delayed'], 10)).toMatchObject([shown]),
      soon,
    );
    await vi.waitFor(
      async () =>
        expect(await world.services.records.latest(id)).toMatchObject({
          state: 'failed',
          code: 'INDEXING_TIMEOUT',
        }),
      { timeout: 60_000, interval: 200 },
    );
    const { rows } = await world.services.pool.query(
      "SELECT outcome FROM runs WHERE stage = 'embedding' ORDER BY id",
    );
    expect(rows.map(({ outcome }) => outcome)).toEqual([
      'again',
      'again',
      'again',
      'again',
      'failed',
    ]);
  });
});

describe('a failed job', () => {
  test('waits for Postgres when its reason cannot be written: it is never gone without a record', async () => {
    await using world = await openTestStack();
    world.tei.fail('hang');
    const id = await world.intake.submit(page(1));
    await world.worker({ WEBHOOK_INDEXING_JOB_TIMEOUT: '2s' });
    await vi.waitFor(
      async () => expect((await world.services.queues.counts()).embedding.active).toBe(1),
      soon,
    );
    await world.proxies.postgres.refuse();
    await vi.waitFor(
      async () => expect((await world.services.queues.counts()).embedding.delayed).toBe(1),
      soon,
    );
    world.tei.fail();
    await world.proxies.postgres.pass();
    await vi.waitFor(async () => expect(await state(world, id)).toBe('indexed'), soon);
  });
});

describe('the sweep', () => {
  test('rings once for each pending document that an emptied Redis has forgotten, and for none that is known', async () => {
    await using world = await openTestStack();
    for (let number = 1; number <= 5; number += 1) await world.intake.submit(page(number));
    await world.services.pool.query("UPDATE versions SET created_at = now() - interval '1 hour'");
    expect(await enqueuePending(world.services)).toEqual({ enqueued: 0, after: 0 });
    await world.services.queues.redis.flushdb();
    expect(await enqueuePending(world.services)).toEqual({ enqueued: 5, after: 0 });
    expect(await enqueuePending(world.services)).toEqual({ enqueued: 0, after: 0 });
    expect((await world.services.queues.counts()).indexing.waiting).toBe(5);
  });

  test('finds a job whose key has outlived it', async () => {
    await using world = await openTestStack();
    const id = await world.intake.submit(page(1));
    await world.services.pool.query("UPDATE versions SET created_at = now() - interval '1 hour'");
    const jobId = await world.services.queues.queue('indexing').getDeduplicationJobId(id);
    await world.services.queues.redis.del(`pulse:indexing:${jobId}`, 'pulse:indexing:wait');
    expect(await enqueuePending(world.services)).toMatchObject({ enqueued: 1 });
  });

  test("does not ring for what the operator cancelled, and carries the operator's orders to an emptied Redis", async () => {
    await using world = await openTestStack();
    const id = await world.intake.submit(page(1));
    await world.services.records.cancel({ only: [id] });
    await writeOperatorValue(world.services.pool, 'paused', true);
    await writeOperatorValue(world.services.pool, 'limit', 3);
    await world.services.queues.redis.flushdb();
    await world.worker();
    await vi.waitFor(
      async () =>
        expect((await world.services.queues.counts()).indexing).toMatchObject({
          waiting: 0,
          paused: true,
          limit: 3,
        }),
      soon,
    );
    expect(await state(world, id)).toBe('cancelled');
  });
});
