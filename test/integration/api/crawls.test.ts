import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { documentIdOf } from '../../../worker/documents/document-id.ts';
import type { CrawlEnd } from '../../../worker/records/crawl-pages.ts';
import { FakeFirecrawl } from '../../doubles/fake-firecrawl.ts';
import { keys } from '../../harness/api-process.ts';
import type { ApiProcess } from '../../harness/api-process.ts';
import { runCommandLine } from '../../harness/command-line.ts';
import { deliverCrawl } from '../../harness/crawls.ts';
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

const deliver = (urls: readonly string[], more?: { end?: CrawlEnd }) =>
  deliverCrawl(stack.services.pool, urls, more);

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
    const [{ pages, url }] = body['items'] as [{ pages: object; url: unknown }];
    const outcomes = { accepted: 0, unchanged: 0, older: 0, failed: 0, rejected: 0 };
    expect({ pages, url }).toEqual({ pages: { seen: 0, ...outcomes, missing: null }, url: null });
    const next = await alone.ask(`/api/crawls?limit=1&cursor=${body['next'] as string}`);
    expect(next.body['items']).toMatchObject([{ id: first }]);
    expect((await alone.ask('/api/crawls?source=other')).body).toEqual({ items: [], next: null });
  });

  test('is one of 50 on a page of the list, and of as many as wanted on the command line', async () => {
    await query(`INSERT INTO crawls (id, source, kind) SELECT 'many-' || i, 'many', 'crawl'
      FROM generate_series(1, 60) i`);
    const { body } = await alone.ask('/api/crawls?source=many&limit=200');
    expect(body['items']).toHaveLength(50);
    const next = await alone.ask(`/api/crawls?source=many&cursor=${body['next'] as string}`);
    expect(next.body).toMatchObject({ items: { length: 10 }, next: null });
    const words = ['crawls', '--json', '--limit', '55'];
    const { json } = await runCommandLine(stack.directEnv, words);
    expect(json).toMatchObject({ crawls: { length: 55 }, isAll: false });
    await query(`DELETE FROM crawls WHERE source = 'many'`);
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
