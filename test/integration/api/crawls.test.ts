import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { losePage, readCrawlPage } from '../../../worker/documents/crawl-page.ts';
import { documentIdOf } from '../../../worker/documents/document-id.ts';
import { storeCrawlPages } from '../../../worker/records/crawl-pages.ts';
import type { CrawlEnd } from '../../../worker/records/crawl-pages.ts';
import { FakeFirecrawl } from '../../doubles/fake-firecrawl.ts';
import { keys } from '../../harness/api-process.ts';
import type { ApiProcess } from '../../harness/api-process.ts';
import { runCommandLine } from '../../harness/command-line.ts';
import { eventually } from '../../harness/eventually.ts';
import { openTestStack } from '../../harness/test-stack.ts';
import type { TestStack } from '../../harness/test-stack.ts';

let stack: TestStack;
let fake: FakeFirecrawl;
/** The first has no Firecrawl to ask. */
let [alone, one, other] = [] as unknown as [ApiProcess, ApiProcess, ApiProcess];
beforeAll(async () => {
  [stack, fake] = await Promise.all([openTestStack(), FakeFirecrawl.start()]);
  const asking = (name: string) =>
    stack.api({ WEBHOOK_FIRECRAWL_API_URL: fake.url, WEBHOOK_API_NAME: name });
  [alone, one, other] = await Promise.all([
    stack.api({ WEBHOOK_API_NAME: 'alone' }),
    asking('one'),
    asking('other'),
  ]);
});
afterAll(async () => {
  await Promise.all([stack[Symbol.asyncDispose](), fake[Symbol.asyncDispose]()]);
});
beforeEach(async () => {
  // Those of the tests before would be asked for in the midst of another.
  await query('UPDATE crawls SET reconcile_due_at = NULL');
  fake.instead = undefined;
  fake.seen.length = 0;
});

const query = async (statement: string, ...values: unknown[]) =>
  (await stack.services.pool.query<Record<string, unknown>>(statement, values)).rows;
const completed: CrawlEnd = { state: 'completed', reason: null };
const newHost = () => `${randomUUID()}.example`;

async function deliver(
  urls: readonly string[],
  { id = randomUUID(), end }: { id?: string; end?: CrawlEnd } = {},
): Promise<string> {
  const origin = { source: 'firecrawl', crawlId: id };
  await storeCrawlPages(stack.services.pool, {
    crawl: { id, source: 'firecrawl', kind: 'crawl', end },
    via: 'webhook',
    pages: urls.map((url) =>
      url.endsWith('lost')
        ? losePage({ url }, 'failed', null, 'The page took too long.')
        : readCrawlPage({ url, markdown: `Granite of ${url}.` }, origin),
    ),
  });
  return id;
}
const makeComplete = (id: string) =>
  query(
    `UPDATE crawls SET reconciliation = 'complete', missing = 0, reconcile_due_at = NULL
     WHERE id = $1`,
    id,
  );

describe('a crawl', () => {
  test('is shown with what became of its pages', async () => {
    const host = newHost();
    const [start, second, lost] = [`https://${host}/`, `https://${host}/b`, `https://${host}/lost`];
    const id = await deliver([start, second, lost]);
    await query(
      `UPDATE versions SET state = 'indexed', keyword_at = created_at + interval '2 s',
         vectors_at = created_at + interval '3 s' WHERE document_id = $1`,
      documentIdOf(start),
    );
    const { status, body } = await alone.ask(`/api/crawls/${id}`, { key: keys.search });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        id,
        source: 'firecrawl',
        kind: 'crawl',
        url: start,
        state: 'running',
        reason: null,
        startedAt: expect.any(String),
        endedAt: null,
        lastDeliveryAt: expect.any(String),
        pages: {
          seen: 3,
          accepted: 2,
          unchanged: 0,
          older: 0,
          failed: 1,
          rejected: 0,
          indexed: 1,
          pending: 1,
          notIndexed: 0,
          missing: null,
        },
        reconciled: {
          at: null,
          state: 'not-asked',
          code: null,
          problem: null,
          total: null,
          nextAt: null,
        },
        times: { p50ToKeywordMs: 2_000, p95ToIndexedMs: 3_000 },
      },
    });
  });

  test('has pages that are listed part by part, and by outcome', async () => {
    const host = newHost();
    const urls = ['a', 'b', 'c', 'lost'].map((page) => `https://${host}/${page}`);
    const id = await deliver(urls);
    const seen: unknown[] = [];
    for (let cursor = ''; ;) {
      const { body } = await alone.ask(`/api/crawls/${id}/pages?limit=3${cursor}`);
      seen.push(...(body['items'] as { url: string }[]).map(({ url }) => url));
      if (body['next'] === null) break;
      cursor = `&cursor=${body['next'] as string}`;
    }
    expect(seen).toEqual(urls);
    const { body } = await alone.ask(`/api/crawls/${id}/pages?outcome=failed`);
    expect(body).toEqual({
      items: [
        {
          url: urls[3],
          outcome: 'failed',
          via: 'webhook',
          code: null,
          state: null,
          reason: 'The page took too long.',
          documentId: null,
          at: expect.any(String),
        },
      ],
      next: null,
    });
    expect((await alone.ask(`/api/crawls/${id}/pages?outcome=rejected`)).body['items']).toEqual([]);
  });

  test('is listed with the newest first, by state and source, part by part', async () => {
    const [first, second] = [await deliver([]), await deliver([])];
    const { body } = await alone.ask('/api/crawls?limit=1&state=running&source=firecrawl');
    expect(body['items']).toMatchObject([{ id: second }]);
    const next = await alone.ask(`/api/crawls?limit=1&cursor=${body['next'] as string}`);
    expect(next.body['items']).toMatchObject([{ id: first }]);
    expect((await alone.ask('/api/crawls?source=other')).body).toEqual({ items: [], next: null });
  });

  test('that nobody knows, and a wrong question, are answered as such', async () => {
    for (const path of ['', '/pages', '/reconcile', '/prune']) {
      const isAction = ['/reconcile', '/prune'].includes(path);
      const request = isAction ? { body: { confirm: 0 } } : {};
      expect(await one.ask(`/api/crawls/unknown${path}`, request)).toMatchObject({
        status: 404,
        body: { code: 'API_NOT_FOUND' },
      });
    }
    for (const wrong of ['?state=lost', '?limit=0', '?cursor=x', '?host=a'])
      expect((await alone.ask(`/api/crawls${wrong}`)).status).toBe(422);
    const id = await deliver([]);
    expect((await alone.ask(`/api/crawls/${id}/prune`, { body: {} })).status).toBe(422);
    const reading = { key: keys.search, body: { confirm: 0 } };
    expect((await alone.ask(`/api/crawls/${id}/prune`, reading)).status).toBe(403);
    expect((await alone.ask(`/api/crawls/${id}/reconcile`, reading)).status).toBe(403);
  });
});

describe('the reconciliation of a crawl', () => {
  test('needs somebody to ask', async () => {
    const id = await deliver([], { end: completed });
    expect(await alone.ask(`/api/crawls/${id}/reconcile`, { method: 'POST' })).toMatchObject({
      status: 409,
      body: { code: 'API_CONFLICT', detail: expect.stringContaining('firecrawlUrl') },
    });
    const { body } = await alone.ask(`/api/crawls/${id}`);
    expect(body['reconciled']).toMatchObject({
      state: 'not-asked',
      problem: expect.stringContaining('firecrawlUrl'),
    });
  });

  test('is done by one of two replicas, and by the other when the first is killed at it', async () => {
    const host = newHost();
    const urls = [1, 2, 3, 4].map((page) => `https://${host}/${page}`);
    const id = await deliver(urls.slice(0, 1), { end: completed });
    fake.crawls.set(id, {
      status: 'completed',
      pages: urls.map((url) => ({ url, text: `Granite of ${url}.` })),
    });
    fake.instead = () => undefined;
    expect(await one.ask(`/api/crawls/${id}/reconcile`, { method: 'POST' })).toMatchObject({
      status: 202,
      body: { id, reconciled: { state: 'waiting' } },
    });
    await eventually('a question', () => expect(fake.seen).toHaveLength(1));
    const [task] = await query("SELECT holder FROM scheduled_tasks WHERE name = 'reconciliation'");
    const [killed, rest] = task?.['holder'] === 'one' ? [one, other] : [other, one];
    killed.kill('SIGKILL');
    await killed.exited;
    fake.instead = undefined;
    await rest.ask(`/api/crawls/${id}/reconcile`, { method: 'POST' });
    expect(fake.seen).toHaveLength(1);
    // As if the minute of the lease had passed.
    await query('UPDATE scheduled_tasks SET leased_until = now()');
    await eventually('a complete crawl', async () =>
      expect((await rest.ask(`/api/crawls/${id}`)).body).toMatchObject({
        pages: { seen: 4, accepted: 4, missing: 0 },
        reconciled: { state: 'complete', total: 4, nextAt: null },
      }),
    );
    expect(fake.seen).toEqual([
      `GET /v2/crawl/${id}`,
      `GET /v2/crawl/${id}`,
      `GET /v2/crawl/${id}?skip=3`,
      `GET /v2/crawl/${id}/errors`,
    ]);
    await eventually('queued documents', async () =>
      expect(
        await stack.services.queues.findUnqueued('indexing', urls.slice(1).map(documentIdOf)),
      ).toEqual([]),
    );
  });
});

describe('a prune', () => {
  /** A site of ten pages, seen by one crawl, and by a second one without these. */
  async function crawlTwice(gone: number, end = completed) {
    const host = newHost();
    const urls = Array.from({ length: 10 }, (_, page) => `https://${host}/${page}`);
    await deliver(urls, { end });
    await query("UPDATE crawls SET started_at = started_at - interval '1 day'");
    await query("UPDATE versions SET created_at = created_at - interval '1 hour'");
    await query("UPDATE documents SET crawl_started_at = crawl_started_at - interval '1 hour'");
    const id = await deliver(urls.slice(gone), { end });
    return { id, host, urls };
  }
  const prune = (id: string, confirm: number) =>
    alone.ask(`/api/crawls/${id}/prune`, { body: { confirm } });

  test('deletes what the crawl has not seen, once the number is confirmed', async () => {
    const { id, host, urls } = await crawlTwice(2);
    const later = `https://${host}/later`;
    await stack.intake.submit({ url: later, markdown: 'Basalt.' });
    expect(await prune(id, 2)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('reconciliation is waiting') },
    });
    await makeComplete(id);
    expect(await prune(id, 3)).toMatchObject({
      status: 409,
      body: {
        code: 'API_CONFLICT',
        count: 2,
        hosts: [{ host, documents: 11, unseen: 2 }],
        urls: urls.slice(0, 2),
      },
    });
    expect(await prune(id, 2)).toMatchObject({ status: 202, body: { id, documents: 2 } });
    const ids = urls.map(documentIdOf);
    const left = await stack.services.records.urlsOf([...ids, documentIdOf(later)]);
    expect([...left.values()].sort()).toEqual([...urls.slice(2), later]);
    expect(await stack.services.removals.count(ids)).toBe(2);
    expect(await prune(id, 0)).toMatchObject({ status: 202, body: { documents: 0 } });
  });

  test('of more than 30 % of a host is refused, whatever is confirmed', async () => {
    const { id } = await crawlTwice(4);
    await makeComplete(id);
    expect(await prune(id, 4)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('more than 30 %'), count: 4 },
    });
  });

  test('is refused of a crawl that has not come to its end, or ended long ago', async () => {
    const { id } = await crawlTwice(1, { state: 'cancelled', reason: null });
    await makeComplete(id);
    expect((await prune(id, 1)).body['detail']).toContain('it is cancelled');
    await query(
      `UPDATE crawls SET state = 'completed', ended_at = now() - interval '8 days' WHERE id = $1`,
      id,
    );
    expect((await prune(id, 1)).body['detail']).toContain('more than 7 days ago');
    await query("UPDATE crawls SET kind = 'batch-scrape' WHERE id = $1", id);
    expect((await prune(id, 1)).body['detail']).toContain('list of addresses');
  });

  test('and everything else of crawls is done on the command line as well', async () => {
    const { id, host } = await crawlTwice(1);
    await makeComplete(id);
    const run = (...words: string[]) => runCommandLine(stack.directEnv, ['crawls', ...words]);
    const [listed, shown, asked, refused] = await Promise.all([
      run('--json', '--limit', '1'),
      run('show', id),
      run('reconcile', id),
      run('prune', id),
    ]);
    expect(listed.json).toMatchObject({ crawls: [{ id, pages: { seen: 9 } }], isAll: false });
    expect(shown.stdout).toMatch(/pages +9 of \?, 0 missing/);
    expect(asked).toMatchObject({ code: 1, stdout: expect.stringContaining('firecrawlUrl') });
    expect(refused).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`https://${host}/0`),
    });
    expect(await run('prune', id, '--confirm', '1', '--json')).toMatchObject({
      code: 0,
      json: { outcome: 'pruned', documents: 1 },
    });
    const env = { ...stack.directEnv, WEBHOOK_FIRECRAWL_API_URL: fake.url };
    expect((await runCommandLine(env, ['crawls', 'reconcile', id])).code).toBe(0);
  });
});
