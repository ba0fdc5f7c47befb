import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { Firecrawl } from '../../../../worker/crawls/firecrawl.ts';
import { readCrawlStatus } from '../../../../worker/crawls/read-status.ts';
import { reconcileDue } from '../../../../worker/crawls/reconcile.ts';
import { readCrawlPage } from '../../../../worker/documents/crawl-page.ts';
import { documentIdOf } from '../../../../worker/documents/document-id.ts';
import { storeCrawlPages } from '../../../../worker/records/crawl-pages.ts';
import type { Crawl } from '../../../../worker/records/crawl-pages.ts';
import { FakeFirecrawl } from '../../../doubles/fake-firecrawl.ts';
import type { FakeCrawl } from '../../../doubles/fake-firecrawl.ts';
import { openTestStack } from '../../../harness/test-stack.ts';
import type { TestStack } from '../../../harness/test-stack.ts';

let stack: TestStack;
let fake: FakeFirecrawl;
beforeAll(async () => {
  [stack, fake] = await Promise.all([openTestStack(), FakeFirecrawl.start('/crawler')]);
});
afterAll(async () => {
  await Promise.all([stack[Symbol.asyncDispose](), fake[Symbol.asyncDispose]()]);
});
beforeEach(async () => {
  fake.instead = undefined;
  fake.isOld = false;
  fake.seen.length = 0;
  await ask('UPDATE crawls SET reconcile_due_at = NULL');
});

const ask = async (statement: string, ...values: unknown[]) =>
  (await stack.services.pool.query<Record<string, unknown>>(statement, values)).rows;
const urls = (host: string, count: number) =>
  Array.from({ length: count }, (_, index) => `https://${host}/${index}`);
const pagesOf = (addresses: readonly string[]) =>
  addresses.map((url) => ({ url, text: `Granite of ${url}.` }));

/** A crawl that Firecrawl has, of which these pages were delivered, and its end. */
async function deliver(
  has: FakeCrawl,
  delivered: readonly string[],
  { end = true, kind = 'crawl' as Crawl['kind'] } = {},
): Promise<Crawl> {
  const crawl: Crawl = { id: randomUUID(), source: 'firecrawl', kind };
  fake.crawls.set(crawl.id, has);
  const origin = { source: 'firecrawl', crawlId: crawl.id };
  await storeCrawlPages(stack.services.pool, {
    crawl: { ...crawl, ...(end && { end: { state: 'completed', reason: null } as const }) },
    via: 'webhook',
    pages: pagesOf(delivered).map(({ url, text }) =>
      readCrawlPage({ url, markdown: text }, origin),
    ),
  });
  return crawl;
}

/** As if the clock had gone on by so much for the crawl. */
const age = ({ id }: Crawl, interval: string) =>
  ask(
    `UPDATE crawls SET ended_at = ended_at - $2::interval, started_at = started_at - $2::interval,
       last_delivery_at = last_delivery_at - $2::interval, reconcile_due_at = reconcile_due_at - $2::interval,
       progress_at = progress_at - $2::interval, reconciled_at = reconciled_at - $2::interval
     WHERE id = $1`,
    id,
    interval,
  );
const enqueued: string[] = [];
function run(signal: AbortSignal = new AbortController().signal) {
  const settings = { firecrawlUrl: fake.url, firecrawlApiKey: 'the key' };
  const firecrawl = new Firecrawl(settings, async (bytes) => readCrawlStatus(bytes));
  const enqueue = async (ids: readonly string[]) => void enqueued.push(...ids);
  return reconcileDue({ ...stack.services, firecrawl, enqueue }, signal);
}
const crawlOf = async ({ id }: Crawl) =>
  (
    await ask(
      `SELECT state, reconciliation, code, problem, total, missing,
         round(extract(epoch FROM reconcile_due_at - now()) / 60)::int AS "nextMinutes"
       FROM crawls WHERE id = $1`,
      id,
    )
  )[0];
const outcomes = async ({ id }: Crawl) =>
  (
    await ask(
      'SELECT url, outcome, via FROM crawl_pages WHERE crawl_id = $1 ORDER BY length(url), url',
      id,
    )
  ).map(({ url, outcome, via }) => `${String(url)} ${String(outcome)} ${String(via)}`);

describe('a crawl with lost webhooks', () => {
  test('becomes complete: with every page, and with those that Firecrawl did not get', async () => {
    const host = `${randomUUID()}.example`;
    const all = urls(host, 9);
    const has: FakeCrawl = {
      status: 'completed',
      pages: pagesOf(all).map((page, index) => (index === 4 ? { url: page.url } : page)),
    };
    const crawl = await deliver(has, all.slice(0, 2));
    expect(await run()).toEqual({ crawls: 0, pages: 0 });
    await age(crawl, '30 s');
    expect(await run()).toEqual({ crawls: 1, pages: 6 });
    expect(await crawlOf(crawl)).toEqual({
      state: 'completed',
      reconciliation: 'complete',
      code: null,
      problem: null,
      total: 9,
      missing: 0,
      nextMinutes: null,
    });
    expect(await outcomes(crawl)).toEqual(
      all.map((url, index) => {
        if (index < 2) return `${url} accepted webhook`;
        return `${url} ${index === 4 ? 'failed' : 'accepted'} reconciliation`;
      }),
    );
    const added = all.filter((_, index) => index >= 2 && index !== 4);
    expect(enqueued).toEqual(expect.arrayContaining(added.map((url) => documentIdOf(url))));
    const stored = await stack.services.records.latest(documentIdOf(all[8] as string));
    expect(stored?.page).toMatchObject({ crawlId: crawl.id, source: 'firecrawl' });
    expect(fake.keys).toContain('Bearer the key');
    expect(fake.seen.every((request) => !request.includes('limit'))).toBe(true);
  });

  test('is a batch, at a Firecrawl that knows version 1 alone', async () => {
    fake.isOld = true;
    const all = urls(`${randomUUID()}.example`, 4);
    const batch = { end: true, kind: 'batch-scrape' } as const;
    const crawl = await deliver({ status: 'completed', pages: pagesOf(all) }, [], batch);
    await age(crawl, '30 s');
    await run();
    expect(await crawlOf(crawl)).toMatchObject({ reconciliation: 'complete', missing: 0 });
    expect(fake.seen.at(-1)).toBe(`GET /crawler/v1/batch/scrape/${crawl.id}/errors`);
  });

  test('is noticed by its silence when its end was lost as well', async () => {
    const all = urls(`${randomUUID()}.example`, 2);
    const has: FakeCrawl = { status: 'scraping', pages: pagesOf(all.slice(0, 1)), stuck: 1 };
    const crawl = await deliver(has, all.slice(0, 1), { end: false });
    await age(crawl, '9 min');
    expect(await run()).toMatchObject({ crawls: 0 });
    await age(crawl, '1 min');
    expect(await run()).toMatchObject({ crawls: 1 });
    expect(await crawlOf(crawl)).toMatchObject({
      state: 'running',
      reconciliation: 'waiting',
      missing: 1,
      nextMinutes: 10,
    });
    fake.crawls.set(crawl.id, { status: 'completed', pages: pagesOf(all) });
    await age(crawl, '10 min');
    await run();
    expect(await crawlOf(crawl)).toMatchObject({ state: 'completed', reconciliation: 'complete' });
  });

  test('counts pages that lead to one address once, and what robots.txt forbids as known', async () => {
    const [url = ''] = urls(`${randomUUID()}.example`, 1);
    const has: FakeCrawl = {
      status: 'completed',
      pages: [`${url}?utm_source=a`, `${url}?utm_source=b`].flatMap((one) => pagesOf([one])),
      stuck: 1,
      robotsBlocked: [`${url}/private`],
    };
    const crawl = await deliver(has, []);
    await age(crawl, '30 s');
    await run();
    expect(await outcomes(crawl)).toHaveLength(2);
    expect(await crawlOf(crawl)).toMatchObject({ reconciliation: 'complete', missing: 0 });
  });

  test('stays incomplete when nothing changes for an hour after its end', async () => {
    const all = urls(`${randomUUID()}.example`, 2);
    const crawl = await deliver({ status: 'scraping', pages: pagesOf(all), stuck: 3 }, all);
    for (const [interval, nextMinutes] of [
      ['30 s', 5],
      ['5 min', 55],
    ] as const) {
      await age(crawl, interval);
      await run();
      expect(await crawlOf(crawl)).toMatchObject({ reconciliation: 'waiting', missing: 3 });
      expect(Math.abs(Number((await crawlOf(crawl))?.['nextMinutes']) - nextMinutes)).toBeLessThan(
        2,
      );
    }
    await age(crawl, '55 min');
    await run();
    expect(await crawlOf(crawl)).toMatchObject({
      reconciliation: 'incomplete',
      code: 'CRAWL_INCOMPLETE',
      missing: 3,
      nextMinutes: null,
    });
  });

  test('is expired when Firecrawl has forgotten it', async () => {
    const crawl = await deliver({ status: 'completed', pages: [] }, []);
    fake.crawls.delete(crawl.id);
    await age(crawl, '30 s');
    await run();
    expect(await crawlOf(crawl)).toMatchObject({
      reconciliation: 'expired',
      code: 'CRAWL_EXPIRED',
      nextMinutes: null,
    });
  });

  test('never replaces what a later crawl has brought', async () => {
    const [url = ''] = urls(`${randomUUID()}.example`, 1);
    const older = await deliver({ status: 'completed', pages: [{ url, text: 'Old basalt.' }] }, []);
    await age(older, '30 s');
    await deliver({ status: 'completed', pages: pagesOf([url]) }, [url]);
    await run();
    expect(await outcomes(older)).toEqual([`${url} older reconciliation`]);
    expect((await stack.services.records.latest(documentIdOf(url)))?.page.text).toContain(
      'Granite',
    );
  });
});

describe('a Firecrawl that', () => {
  const status = (body: object) => JSON.stringify({ success: true, status: 'completed', ...body });
  test.each([
    ['is overloaded', 503, 'busy', 'FIRECRAWL_ANSWER', 'answered 503'],
    ['wants to be left alone', 429, '{}', 'FIRECRAWL_ANSWER', 'answered 429'],
    ['asks for a key', 401, '{}', 'FIRECRAWL_AUTH', 'answered 401'],
    ['answers HTML', 200, '<html>Welcome</html>', 'FIRECRAWL_ANSWER', 'no JSON'],
    ['answers a list', 200, '[]', 'FIRECRAWL_ANSWER', 'no JSON object'],
    ['counts nothing', 200, status({ data: [] }), 'FIRECRAWL_ANSWER', 'total: is no count'],
    ['is another program', 404, '<html>404</html>', 'FIRECRAWL_ANSWER', 'no such route'],
    ['redirects elsewhere', 302, '', 'FIRECRAWL_ANSWER', 'another server'],
  ])('%s harms nothing, and is asked again', async (_what, code, body, expected, problem) => {
    const all = urls(`${randomUUID()}.example`, 2);
    const crawl = await deliver({ status: 'completed', pages: pagesOf(all) }, all.slice(0, 1));
    await age(crawl, '30 s');
    fake.instead = (_request, response) => {
      response.writeHead(code, { location: 'http://elsewhere.example/', 'retry-after': '900' });
      response.end(body);
    };
    await run();
    const isToldWhen = code === 503 || code === 429;
    expect(await crawlOf(crawl)).toMatchObject({
      reconciliation: 'waiting',
      code: expected,
      problem: expect.stringContaining(problem),
      nextMinutes: isToldWhen ? 15 : expect.any(Number),
    });
    fake.instead = undefined;
    await age(crawl, '15 min');
    await run();
    expect(await crawlOf(crawl)).toMatchObject({ reconciliation: 'complete', code: null });
  });

  test('names the same part for ever is left, and the pages that it gave are kept', async () => {
    const all = urls(`${randomUUID()}.example`, 2);
    const crawl = await deliver({ status: 'completed', pages: pagesOf(all) }, []);
    await age(crawl, '30 s');
    fake.instead = (request, response) => {
      const next = `https://other.example/v2/crawl/${crawl.id}?skip=1`;
      const data = [{ markdown: 'Granite.', metadata: { url: all[0], statusCode: 200 } }];
      const isOfErrors = request.url?.endsWith('/errors');
      response.end(isOfErrors ? '{}' : status({ total: 9, completed: 9, data, next }));
    };
    await run();
    expect(fake.seen).toHaveLength(3);
    expect(await crawlOf(crawl)).toMatchObject({ reconciliation: 'waiting', missing: 8 });
    expect(await outcomes(crawl)).toEqual([`${all[0]} accepted reconciliation`]);
  });

  test('answers without end is cut off', async () => {
    const crawl = await deliver({ status: 'completed', pages: [] }, []);
    await age(crawl, '30 s');
    fake.instead = (_request, response) => {
      const write = () => {
        while (!response.destroyed && response.write(Buffer.alloc(2 ** 20, 'x')));
      };
      response.on('drain', write);
      write();
    };
    await run();
    expect(await crawlOf(crawl)).toMatchObject({ problem: expect.stringContaining('larger than') });
  });

  test('does not answer holds up neither a stop nor, once it is away, the next crawl', async () => {
    const [first, second] = [
      await deliver({ status: 'completed', pages: [] }, []),
      await deliver({ status: 'completed', pages: [] }, []),
    ];
    await age(first, '31 s');
    await age(second, '30 s');
    const stopping = new AbortController();
    fake.instead = () => stopping.abort(new Error('stop'));
    await expect(run(stopping.signal)).rejects.toThrow('stop');
    fake.instead = (request) => request.socket.destroy();
    expect(await run()).toMatchObject({ crawls: 1 });
    expect(await crawlOf(first)).toMatchObject({ code: 'FIRECRAWL_UNREACHABLE' });
    fake.instead = undefined;
    await run();
    expect(await crawlOf(second)).toMatchObject({ reconciliation: 'complete' });
  });
});
