import { randomUUID } from 'node:crypto';

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';

import { Firecrawl } from '../../../../worker/crawls/firecrawl.ts';
import { readCrawlStatus } from '../../../../worker/crawls/read-status.ts';
import { reconcileDue } from '../../../../worker/crawls/reconcile.ts';
import type { CrawlEnd } from '../../../../worker/records/crawl-pages.ts';
import { requestReconciliation } from '../../../../worker/records/reconciliation.ts';
import { deleteExpired } from '../../../../worker/records/retention.ts';
import { FakeFirecrawl } from '../../../doubles/fake-firecrawl.ts';
import { deliverCrawl } from '../../../harness/crawls.ts';
import { openTestStack } from '../../../harness/test-stack.ts';
import type { TestStack } from '../../../harness/test-stack.ts';

let stack: TestStack;
let fake: FakeFirecrawl;
beforeAll(async () => {
  [stack, fake] = await Promise.all([openTestStack(), FakeFirecrawl.start()]);
});
afterAll(async () => {
  await Promise.all([stack[Symbol.asyncDispose](), fake[Symbol.asyncDispose]()]);
});
afterEach(async () => {
  fake.instead = undefined;
  fake.seen.length = 0;
  await query('UPDATE crawls SET reconcile_due_at = NULL');
});

const completed: CrawlEnd = { state: 'completed', reason: null };
const query = async (statement: string, ...values: unknown[]) =>
  (await stack.services.pool.query<Record<string, unknown>>(statement, values)).rows;
const address = (path: string) => `https://${randomUUID()}.example/${path}`;
const deliver = (urls: readonly string[], end?: CrawlEnd) =>
  deliverCrawl(stack.services.pool, urls, end && { end });
const makeDue = (id: string, seconds = 0) =>
  query(
    'UPDATE crawls SET reconcile_due_at = now() - make_interval(secs => $2) WHERE id = $1',
    id,
    seconds,
  );
const crawlOf = async (id: string) =>
  (
    await query(
      `SELECT state, reason, ended_at = last_delivery_at AS "endsWithDelivery", reconciliation,
         code, problem, missing, reconcile_due_at > now() AS "isAskedLater" FROM crawls WHERE id = $1`,
      id,
    )
  )[0];
function run() {
  const settings = { firecrawlUrl: fake.url, firecrawlApiKey: 'the key' };
  const firecrawl = new Firecrawl(settings, async (bytes) => readCrawlStatus(bytes));
  const dependencies = { ...stack.services, firecrawl, enqueue: async () => undefined };
  return reconcileDue(dependencies, new AbortController().signal);
}
const status = (body: object) => JSON.stringify({ success: true, status: 'completed', ...body });
const record = (url: string) => ({ markdown: `Granite of ${url}.`, metadata: { url } });

test('a page that Postgres refuses keeps out neither the others nor the next crawl', async () => {
  const [before, refused, after, other] = ['1', 'refused', '2', '3'].map(address);
  const [first, second] = [await deliver([], completed), await deliver([], completed)];
  const pagesOf = (...urls: (string | undefined)[]) =>
    urls.map((url = '') => ({ url, text: `Granite of ${url}.` }));
  fake.crawls.set(first, { status: 'completed', pages: pagesOf(before, refused, after) });
  fake.crawls.set(second, { status: 'completed', pages: pagesOf(other) });
  await makeDue(first, 9);
  await makeDue(second);
  await query(`ALTER TABLE crawl_pages ADD CONSTRAINT refuse CHECK (url !~ 'refused')`);
  try {
    expect(await run()).toEqual({ crawls: 2, pages: 3 });
  } finally {
    await query('ALTER TABLE crawl_pages DROP CONSTRAINT refuse');
  }
  expect(await crawlOf(second)).toMatchObject({ reconciliation: 'complete' });
  expect(await crawlOf(first)).toMatchObject({
    reconciliation: 'waiting',
    code: 'POSTGRES_ANSWER',
    problem: expect.stringMatching(/^1 pages: .*refuse/),
    missing: 1,
    isAskedLater: true,
  });
  await makeDue(first);
  await run();
  expect(await crawlOf(first)).toMatchObject({ reconciliation: 'complete', missing: 0 });
});

test.each([
  ['a refusal', 500, 'no\0good \u{1F600}'],
  ['a reason', 200, status({ status: 'failed', total: 1, completed: 0, error: 'no\0g\uD800od' })],
])('%s with characters that Postgres does not take is noted', async (_what, code, body) => {
  const id = await deliver([]);
  await makeDue(id);
  fake.instead = ({ url }, response) => {
    response.writeHead(code).end(url?.endsWith('/errors') ? '{}' : body);
  };
  await run();
  const { reason, problem } = (await crawlOf(id)) ?? {};
  expect(String(code === 500 ? problem : reason)).toMatch(/no g/);
});

test('what makes a crawl due while it is asked for is not lost', async () => {
  const url = address('1');
  const id = await deliver([url], completed);
  await makeDue(id);
  fake.crawls.set(id, { status: 'completed', pages: [{ url, text: 'Granite.' }] });
  fake.instead = (_request, response) => {
    fake.instead = undefined;
    void requestReconciliation(stack.services.pool, id).then(() =>
      response.end(status({ total: 1, completed: 1, data: [record(url)] })),
    );
  };
  expect(await run()).toMatchObject({ crawls: 2 });
  expect(await crawlOf(id)).toMatchObject({ reconciliation: 'complete', isAskedLater: null });
});

test('a part without pages is not the last', async () => {
  const urls = [address('1'), address('2')];
  const id = await deliver([], completed);
  await makeDue(id);
  const parts: Record<string, object> = {
    '0': { data: [record(urls[0] ?? '')], next: 'http://firecrawl/?skip=1' },
    '1': { data: [], next: 'http://firecrawl/?skip=5' },
    '5': { data: [record(urls[1] ?? '')] },
  };
  fake.instead = (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', fake.url);
    const part = parts[searchParams.get('skip') ?? '0'];
    response.end(pathname.endsWith('/errors') ? '{}' : status({ total: 2, completed: 2, ...part }));
  };
  expect(await run()).toEqual({ crawls: 1, pages: 2 });
  expect(await crawlOf(id)).toMatchObject({ reconciliation: 'complete' });
});

test('a page that failed, and was got by another address, hides none that is missing', async () => {
  const [lost, got] = [address('lost'), address('got')];
  const id = await deliver([lost, got], completed);
  await makeDue(id);
  fake.crawls.set(id, { status: 'completed', pages: [{ url: got, text: 'Granite.' }], stuck: 1 });
  await run();
  expect(await crawlOf(id)).toMatchObject({ reconciliation: 'waiting', missing: 1 });
});

test('a crawl that runs and is forgotten by its sender has ended', async () => {
  const id = await deliver([address('1')]);
  await makeDue(id);
  await run();
  expect(await crawlOf(id)).toMatchObject({
    state: 'failed',
    reason: expect.stringContaining('forgotten'),
    endsWithDelivery: true,
    reconciliation: 'expired',
    isAskedLater: null,
  });
});

test('a crawl that runs and has been silent for as long as crawls are kept is removed', async () => {
  const id = await deliver([]);
  await query(`UPDATE crawls SET last_delivery_at = now() - interval '400 days' WHERE id = $1`, id);
  expect(await deleteExpired(stack.services.pool, { crawlDays: 365 })).toEqual({ crawls: 1 });
});
