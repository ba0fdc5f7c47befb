import { setTimeout as lasting } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { audit } from '../../worker/audit/audit.ts';
import { mostWaiting } from '../../worker/queue/queues.ts';
import { countStages } from '../../worker/records/failures.ts';
import { search } from '../../worker/search/search.ts';
import { preloadFault } from '../doubles/worker-faults/preload.ts';
import { findInconsistencies } from '../harness/consistency.ts';
import { eventually } from '../harness/eventually.ts';
import { marker, page, pages } from '../harness/pages.ts';
import { readStores } from '../harness/stored.ts';
import { openTestStack } from '../harness/test-stack.ts';

/** All attempts of a job with their back-offs take some 25 s. */
const longerThanAllRetriesMs = 40_000;
/** 5,000 documents cost some 50 s of processor time: on a busy machine far more than that passes. */
const ofManyMs = 20 * 60_000;

test('a long outage of the GPU host fails no job: keywords find every document, and vectors follow', async () => {
  await using stack = await openTestStack();
  const workers = await Promise.all([stack.worker(), stack.worker()]);
  await Promise.all([stack.proxies.tei.refuse(), stack.proxies.qdrant.refuse()]);
  const count = 20;
  for (const one of pages(count)) await stack.intake.submit(one);
  for (let number = 1; number <= count; number++) {
    const { results } = await eventually(`page ${number} by its word`, async () => {
      const answer = await search(stack.services, marker(number), 'hybrid', 3);
      return answer.results.length > 0 && answer;
    });
    expect(results.map(({ url }) => url)).toEqual([page(number).url]);
  }
  expect((await search(stack.services, marker(1), 'hybrid', 3)).degraded).toBe(true);
  await lasting(longerThanAllRetriesMs);
  expect((await readStores(stack.directEnv)).documents.map(({ state }) => state)).toEqual(
    Array(count).fill('pending'),
  );
  await Promise.all([stack.proxies.tei.pass(), stack.proxies.qdrant.pass()]);
  expect(await findInconsistencies(stack)).toEqual([]);
  expect(workers.map(({ isRunning }) => isRunning)).toEqual([true, true]);
});

test('5,000 documents of a night exceed the queue, fail no job, are found by keyword, and catch up', async () => {
  await using stack = await openTestStack();
  const { pool, queues, keywords } = stack.services;
  const smallQueues = { ...preloadFault('small-queues'), WEBHOOK_WORKER_BATCH_SIZE: '16' };
  await stack.proxies.tei.refuse();
  const [api] = await Promise.all([stack.api(smallQueues), stack.worker(smallQueues)]);
  const [count, ofOneList] = [5_000, 1_000];
  for (let first = 0; first < count; first += ofOneList) {
    const body = Array.from({ length: ofOneList }, (_, index) => ({
      url: `https://night.example/${first + index}`,
      markdown: `Page ${first + index} came in by night.`,
    }));
    const answer = await api.ask('/api/documents', { body });
    expect(answer).toMatchObject({ status: 202, body: { accepted: ofOneList } });
  }
  const all = { indexing: 0, embedding: count };
  await eventually(
    'keywords of all',
    async () => expect((await countStages(pool)).pending).toEqual(all),
    ofManyMs,
  );
  const most = mostWaiting.swept / 5;
  await eventually('a queue that the sweep has filled', async () => {
    const { waiting, delayed } = (await queues.counts()).embedding;
    expect(waiting + delayed).toBeGreaterThan(most - 100);
    // A document that goes back after its service failed is delayed, however full the queue is.
    expect(waiting + delayed).toBeLessThan(most + 100);
  });
  const found = await keywords.search('night', {}, count);
  expect(new Set(found.map(({ url }) => url)).size).toBe(count);

  await stack.proxies.tei.pass();
  await eventually(
    'vectors of all',
    async () =>
      expect(await countStages(pool)).toEqual({
        pending: { indexing: 0, embedding: 0 },
        failed: { indexing: 0, embedding: 0 },
      }),
    ofManyMs,
  );
  expect(await audit(stack.services)).toMatchObject({ ok: true, documents: count });
});
