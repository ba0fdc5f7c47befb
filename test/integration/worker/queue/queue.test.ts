import { describe, expect, test } from 'vitest';

import { canaryHost } from '../../../../shared/canary.ts';
import { countQueues } from '../../../../worker/operator/counts.ts';
import { listAll, listJobs } from '../../../../worker/operator/listing.ts';
import { mostWaiting } from '../../../../worker/queue/queues.ts';
import { writeOperatorValue } from '../../../../worker/records/operator-values.ts';
import { enqueuePending } from '../../../../worker/sweep/pending.ts';
import { findInconsistencies } from '../../../harness/consistency.ts';
import { eventually } from '../../../harness/eventually.ts';
import { marker, page, pages } from '../../../harness/pages.ts';
import { openTestStack } from '../../../harness/test-stack.ts';
import type { TestStack } from '../../../harness/test-stack.ts';

const state = async ({ services }: TestStack, id: string) =>
  (await services.records.latest(id))?.state;

describe('a job', () => {
  test('waits at most once for each document, however often it is enqueued', async () => {
    await using stack = await openTestStack();
    const id = await stack.intake.submit(page(1));
    for (let times = 0; times < 5; times += 1) await stack.services.queues.enqueue('indexing', id);
    expect((await stack.services.queues.counts()).indexing).toMatchObject({
      waiting: 1,
      delayed: 0,
    });
    await stack.worker();
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('of a canary is the next in both queues, however many documents wait', async () => {
    await using stack = await openTestStack();
    const next = async (name: 'indexing' | 'embedding') =>
      (await stack.services.queues.queue(name).getWaiting(0, 0))[0]?.data.documentId;
    const canary = { ...page(9), url: `https://${canaryHost}/1` };
    for (const one of pages(5)) await stack.intake.submit(one);
    const id = await stack.intake.submit(canary);
    expect(await next('indexing')).toBe(id);

    await stack.proxies.tei.refuse(); // the worker takes no embedding jobs then
    await stack.worker();
    await eventually('all documents in the second queue', async () => {
      const { waiting, delayed } = (await stack.services.queues.counts()).embedding;
      return waiting + delayed === 6;
    });
    await stack.intake.submit({ ...canary, markdown: 'Another text of the canary.' });
    await eventually('the canary as the next', async () =>
      expect(await next('embedding')).toBe(id),
    );
    await stack.proxies.tei.pass();
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('in back-off is due at once when a newer version comes in', async () => {
    await using stack = await openTestStack();
    const id = await stack.intake.submit(page(1));
    const queue = stack.services.queues.queue('indexing');
    const [job] = await queue.getWaiting();
    await job?.remove();
    await queue.add(
      'document',
      { documentId: id },
      { delay: 600_000, deduplication: { id, keepLastIfActive: true } },
    );
    await stack.intake.submit(page(1, 2));
    expect((await stack.services.queues.counts()).indexing).toMatchObject({
      waiting: 1,
      delayed: 0,
    });
    await stack.worker();
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('that fails for good is recorded at once with code and reason, for its version only', async () => {
    await using stack = await openTestStack();
    stack.tei.failFor(marker(1), 'refused');
    const id = await stack.intake.submit(page(1));
    const worker = await stack.worker();
    await eventually('a failed document', async () =>
      expect(await stack.services.records.latest(id)).toMatchObject({
        state: 'failed',
        code: 'TEI_ANSWER',
        reason: expect.stringContaining('tokenizer error'),
      }),
    );
    expect(
      await worker.logged((line) => line['alert'] === true && line['documentId'] === id),
    ).toMatchObject({ code: 'TEI_ANSWER', check: expect.any(String), attempt: 1 });
    stack.tei.fail();
    await stack.intake.submit(page(1, 2));
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('that exceeds its time limit is ended, tried again, and fails with a code of its own', async () => {
    await using stack = await openTestStack({
      // Enough for the jobs before the one that hangs, on a busy machine too.
      environment: { WEBHOOK_INDEXING_JOB_TIMEOUT: '2s' },
    });
    await stack.worker();
    await eventually('the call that a worker makes at its start', () =>
      expect(stack.tei.calls).toBeGreaterThan(0),
    );
    stack.tei.fail('hang');
    const id = await stack.intake.submit(page(1));
    const shown = {
      queue: 'embedding',
      url: page(1).url,
      attempt: expect.stringMatching(/^[2-5] of 5$/),
      code: 'INDEXING_TIMEOUT',
      reason: 'not done within 2 s',
      dueInSeconds: expect.any(Number),
    };
    await eventually('an attempt that waits for the next', async () =>
      expect(await listJobs(stack.services, { states: ['delayed'] }, 10)).toMatchObject([shown]),
    );
    await eventually('a failed document', async () =>
      expect(await stack.services.records.latest(id)).toMatchObject({
        state: 'failed',
        code: 'INDEXING_TIMEOUT',
      }),
    );
    const { rows } = await stack.services.pool.query(
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
  test('waits for Postgres when its reason cannot be written, so that it leaves a record', async () => {
    await using stack = await openTestStack();
    stack.tei.fail('hang');
    const id = await stack.intake.submit(page(1));
    await stack.worker({ WEBHOOK_INDEXING_JOB_TIMEOUT: '2s' });
    await eventually('an active embedding job', async () =>
      expect((await stack.services.queues.counts()).embedding.active).toBe(1),
    );
    await stack.proxies.postgres.refuse();
    await eventually('a delayed embedding job', async () =>
      expect((await stack.services.queues.counts()).embedding.delayed).toBe(1),
    );
    stack.tei.fail();
    await stack.proxies.postgres.pass();
    await eventually('an indexed document', async () =>
      expect(await state(stack, id)).toBe('indexed'),
    );
  });
});

describe('the sweep', () => {
  test('enqueues once each pending document that an emptied Redis has lost, and no other', async () => {
    await using stack = await openTestStack();
    for (let number = 1; number <= 5; number += 1) await stack.intake.submit(page(number));
    await stack.services.pool.query("UPDATE versions SET created_at = now() - interval '1 hour'");
    expect(await enqueuePending(stack.services, 'indexing')).toBe(0);
    await stack.services.queues.redis.flushdb();
    expect(await enqueuePending(stack.services, 'indexing')).toBe(5);
    expect(await enqueuePending(stack.services, 'indexing')).toBe(0);
    expect((await stack.services.queues.counts()).indexing.waiting).toBe(5);
  });

  test('enqueues a document whose job is lost although its deduplication key remains', async () => {
    await using stack = await openTestStack();
    const id = await stack.intake.submit(page(1));
    await stack.services.pool.query("UPDATE versions SET created_at = now() - interval '1 hour'");
    const jobId = await stack.services.queues.queue('indexing').getDeduplicationJobId(id);
    await stack.services.queues.redis.del(`pulse:indexing:${jobId}`, 'pulse:indexing:wait');
    expect(await enqueuePending(stack.services, 'indexing')).toBe(1);
  });

  test('keeps a queue within its limit: other documents wait in Postgres, and are counted as waiting', async () => {
    await using stack = await openTestStack();
    const { pool, queues } = stack.services;
    const documents = 1_500;
    await pool.query(
      `WITH made AS (
         INSERT INTO documents (id, url, latest, content_hash)
         SELECT gen_random_uuid(), 'https://example.test/' || n, nextval('versions_id_seq'), ''
         FROM generate_series(1, $1::int) n RETURNING id, latest)
       INSERT INTO versions (id, document_id, content_hash, page, keyword_at, created_at)
       OVERRIDING SYSTEM VALUE
       SELECT latest, id, '', '{}', now(), now() - interval '1 hour' FROM made`,
      [documents],
    );
    const others = Array.from({ length: mostWaiting.swept - 500 }, (_, index) => `other-${index}`);
    await queues.redis.rpush('pulse:embedding:wait', ...others);
    expect(await enqueuePending(stack.services, 'embedding')).toBe(500);
    expect(await enqueuePending(stack.services, 'embedding')).toBe(0);
    const newcomer = await stack.intake.submit(page(1));
    await queues.enqueue('embedding', newcomer);
    expect((await queues.counts()).embedding.waiting).toBe(mostWaiting.swept);
    await queues.enqueue('embedding', newcomer, 'front');
    expect((await queues.counts()).embedding.waiting).toBe(mostWaiting.swept + 1);

    await queues.redis.ltrim('pulse:embedding:wait', 0, 499);
    expect(await countQueues(stack.services)).toMatchObject({
      indexing: { waiting: 1 },
      embedding: { waiting: documents },
    });
    expect(await listAll(stack.services, { states: ['waiting'] }, 1)).toMatchObject([
      { queue: 'indexing', url: page(1).url },
      { queue: 'embedding', documentId: expect.any(String) },
      { state: 'waiting', queue: 'embedding', onlyInPostgres: 1_000 },
    ]);
    expect(await enqueuePending(stack.services, 'embedding')).toBe(1_000);
  });

  test("leaves cancelled documents alone, and restores the operator's orders in an emptied Redis", async () => {
    await using stack = await openTestStack();
    const id = await stack.intake.submit(page(1));
    await stack.services.records.cancel({ only: [id] });
    await writeOperatorValue(stack.services.pool, 'paused', true);
    await writeOperatorValue(stack.services.pool, 'limit', 3);
    await stack.services.queues.redis.flushdb();
    await stack.worker();
    await eventually('a paused and empty queue', async () =>
      expect((await stack.services.queues.counts()).indexing).toMatchObject({
        waiting: 0,
        paused: true,
        limit: 3,
      }),
    );
    expect(await state(stack, id)).toBe('cancelled');
  });
});
