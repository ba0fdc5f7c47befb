import { randomUUID } from 'node:crypto';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { readCrawlPage, losePage } from '../../../../worker/documents/crawl-page.ts';
import { documentIdOf } from '../../../../worker/documents/document-id.ts';
import { parseDocument } from '../../../../worker/documents/document.ts';
import { storeCrawlPages } from '../../../../worker/records/crawl-pages.ts';
import type { Crawl, CrawlPages } from '../../../../worker/records/crawl-pages.ts';
import { openTestStack } from '../../../harness/test-stack.ts';
import type { TestStack } from '../../../harness/test-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await openTestStack();
});
afterAll(() => stack[Symbol.asyncDispose]());

const origin = (crawl: Crawl | null) => ({ source: 'firecrawl', crawlId: crawl?.id ?? null });
const newCrawl = (): Crawl => ({ id: randomUUID(), source: 'firecrawl', kind: 'crawl' });
const newUrl = () => `https://crawl.example/${randomUUID()}`;
const noted = (key: string = randomUUID()) =>
  ({ source: 'firecrawl', key, event: 'crawl.page', outcome: 'stored', bytes: 7 }) as const;

function store(crawl: Crawl | null, url: string, text: string, more: Partial<CrawlPages> = {}) {
  const page = readCrawlPage({ url, markdown: text }, origin(crawl));
  const given = { crawl, via: 'webhook', pages: [page], ...more } as const;
  return storeCrawlPages(stack.services.pool, given);
}
const textOf = async (url: string) =>
  (await stack.services.records.latest(documentIdOf(url)))?.page.text;
const ask = async (statement: string, ...values: unknown[]) =>
  (await stack.services.pool.query<Record<string, unknown>>(statement, values)).rows;
const pagesOf = (crawl: Crawl) =>
  ask(
    `SELECT url, outcome, via, code, reason, document_id AS id FROM crawl_pages
     WHERE crawl_id = $1 ORDER BY url`,
    crawl.id,
  );
const crawlOf = async (crawl: Crawl) =>
  (await ask('SELECT * FROM crawls WHERE id = $1', crawl.id))[0];

describe('a page of a crawl', () => {
  test('is stored with its crawl, what became of it, and the delivery', async () => {
    const [crawl, url, delivery] = [newCrawl(), newUrl(), noted()];
    const stored = await store(crawl, url, 'granite', { delivery });
    const documentId = documentIdOf(url);
    expect(stored).toEqual({
      isNew: true,
      pages: { accepted: 1, unchanged: 0, older: 0, failed: 0, rejected: 0 },
      accepted: [{ documentId, url }],
    });
    expect(await textOf(url)).toBe('granite');
    expect(await crawlOf(crawl)).toMatchObject({ state: 'running', ended_at: null, kind: 'crawl' });
    expect(await pagesOf(crawl)).toEqual([
      { url, outcome: 'accepted', via: 'webhook', code: null, reason: null, id: documentId },
    ]);
    expect(await ask('SELECT * FROM deliveries WHERE key = $1', delivery.key)).toMatchObject([
      { source: 'firecrawl', crawl_id: crawl.id, outcome: 'stored', pages: 1, bytes: 7 },
    ]);
  });

  test('is taken once, however often its delivery comes at the same time', async () => {
    const [crawl, url, delivery] = [newCrawl(), newUrl(), noted()];
    const all = await Promise.all(
      Array.from({ length: 6 }, () => store(crawl, url, 'granite', { delivery })),
    );
    expect(all.map(({ isNew }) => isNew).filter(Boolean)).toEqual([true]);
    expect(
      await ask('SELECT FROM versions WHERE document_id = $1', documentIdOf(url)),
    ).toHaveLength(1);
  });

  test.each(['begun', 'another'])(
    'that an older crawl brings late, and had %s, is older',
    async (how) => {
      const [older, newer, url] = [newCrawl(), newCrawl(), newUrl()];
      await store(older, how === 'begun' ? url : newUrl(), 'old');
      await store(newer, url, 'new');
      expect((await store(older, url, 'old but another')).pages).toMatchObject({ older: 1 });
      expect(await textOf(url)).toBe('new');
      expect((await store(newer, url, 'newest')).pages).toMatchObject({ accepted: 1 });
    },
  );

  test('is older also where the newer crawl found what was there already', async () => {
    const [older, newer, url] = [newCrawl(), newCrawl(), newUrl()];
    await store(older, url, 'the same');
    expect((await store(newer, url, 'the same')).pages).toMatchObject({ unchanged: 1 });
    expect((await store(older, url, 'old')).pages).toMatchObject({ older: 1 });
    expect(await textOf(url)).toBe('the same');
  });

  test('does not replace one of a newer crawl that comes at the same moment', async () => {
    const [older, newer] = [newCrawl(), newCrawl()];
    await store(older, newUrl(), 'x');
    await store(newer, newUrl(), 'x');
    for (let round = 0; round < 20; round += 1) {
      const url = newUrl();
      await Promise.all([store(newer, url, 'new'), store(older, url, 'old')]);
      expect(await textOf(url)).toBe('new');
    }
  });

  test('that comes again after the document was submitted anew brings nothing back', async () => {
    const [crawl, url, delivery] = [newCrawl(), newUrl(), noted()];
    await store(crawl, url, 'first', { delivery });
    await store(crawl, url, 'second');
    await stack.services.records.accept(parseDocument({ url, text: 'by hand' }));
    await ask('DELETE FROM deliveries WHERE key = $1', delivery.key);
    const again = await store(crawl, url, 'first', { delivery });
    expect(again).toMatchObject({ isNew: true, pages: { older: 1 }, accepted: [] });
    expect((await store(crawl, url, 'second', { via: 'reconciliation' })).pages.older).toBe(1);
    expect(await textOf(url)).toBe('by hand');
    expect((await store(newCrawl(), url, 'first')).pages).toMatchObject({ accepted: 1 });
  });

  test('that was lost does not replace what was submitted after the end of its crawl', async () => {
    const [crawl, url] = [newCrawl(), newUrl()];
    await storeCrawlPages(stack.services.pool, {
      crawl: { ...crawl, end: { state: 'completed', reason: null } },
      via: 'webhook',
      pages: [],
    });
    await stack.services.records.accept(parseDocument({ url, text: 'by hand' }));
    expect((await store(crawl, url, 'lost', { via: 'reconciliation' })).pages.older).toBe(1);
    expect(await textOf(url)).toBe('by hand');
  });

  test('opens a document again that failed with the same content', async () => {
    const [crawl, url] = [newCrawl(), newUrl()];
    await store(crawl, url, 'granite');
    await stack.services.records.cancel({ only: [documentIdOf(url)] });
    const asked = await store(crawl, url, 'granite', { via: 'reconciliation' });
    expect(asked.pages).toMatchObject({ unchanged: 1 });
    expect((await store(crawl, url, 'granite')).pages).toMatchObject({ accepted: 1 });
  });

  test.each(['webhook', 'reconciliation'] as const)(
    'that was deleted does not come back by a %s of its crawl',
    async (via) => {
      const [crawl, url, delivery] = [newCrawl(), newUrl(), noted()];
      await store(crawl, url, 'granite', { delivery });
      await stack.services.removals.request([documentIdOf(url)]);
      await ask('DELETE FROM deliveries WHERE key = $1', delivery.key);
      const again = await store(crawl, url, 'granite', { via, delivery });
      expect(again).toMatchObject({ isNew: true, pages: { older: 1 }, accepted: [] });
      expect(await textOf(url)).toBeUndefined();
      expect(await pagesOf(crawl)).toMatchObject([{ url, outcome: 'accepted' }]);
      expect((await store(newCrawl(), url, 'granite')).pages).toMatchObject({ accepted: 1 });
    },
  );

  test.each([undefined, new Date(Date.now() + 1_000).toISOString()])(
    'that is asked for replaces no change since its crawl began, of this time: %s',
    async (changedAt) => {
      const [crawl, url] = [newCrawl(), newUrl()];
      await store(crawl, newUrl(), 'another');
      const page = parseDocument({ url, text: 'changed' });
      const pages = [{ page, cleanMs: 0, changedAt }];
      await storeCrawlPages(stack.services.pool, { crawl: null, via: 'webhook', pages });
      const asked = await store(crawl, url, 'crawled', { via: 'reconciliation' });
      expect(asked.pages).toMatchObject({ older: 1 });
      expect(await textOf(url)).toBe('changed');
      expect((await store(crawl, url, 'later')).pages).toMatchObject({ accepted: 1 });
    },
  );

  test('is noted as it failed or was rejected, until it comes', async () => {
    const [crawl, url] = [newCrawl(), newUrl()];
    const failed = losePage({ url }, 'failed', null, 'net::ERR\u0000_FAILED');
    const rejected = readCrawlPage({ url: 'ftp://files.example/', markdown: 'x' }, origin(crawl));
    const pages = [failed, failed, rejected, losePage({}, 'failed', null, null)];
    const stored = await storeCrawlPages(stack.services.pool, { crawl, via: 'webhook', pages });
    expect(stored.pages).toMatchObject({ accepted: 0, failed: 2, rejected: 1 });
    expect(await pagesOf(crawl)).toMatchObject([
      { url: '', outcome: 'failed' },
      { url: 'ftp://files.example/', outcome: 'rejected', code: 'DOCUMENT_INVALID' },
      { url, outcome: 'failed', reason: 'net::ERR_FAILED', id: null },
    ]);
    await store(crawl, url, 'granite', { via: 'reconciliation' });
    await storeCrawlPages(stack.services.pool, { crawl, via: 'webhook', pages: [failed] });
    expect((await pagesOf(crawl)).at(-1)).toMatchObject({
      url,
      outcome: 'accepted',
      via: 'reconciliation',
      reason: null,
    });
  });

  test('counts once where a delivery has it several times, and the last one stays', async () => {
    const [crawl, url] = [newCrawl(), newUrl()];
    const pages = ['first', 'second'].map((text) =>
      readCrawlPage({ url, markdown: text }, origin(crawl)),
    );
    pages.push(losePage({ url }, 'failed', null, null));
    const stored = await storeCrawlPages(stack.services.pool, { crawl, via: 'webhook', pages });
    expect(stored.pages).toMatchObject({ accepted: 1, failed: 0 });
    expect(await textOf(url)).toBe('second');
  });
});

describe('a crawl', () => {
  const end = (state: 'completed' | 'failed', reason: string | null = null) => ({ state, reason });

  test('ends once, is asked about 30 s later, and goes on counting', async () => {
    const [crawl, url] = [newCrawl(), newUrl()];
    const ended = {
      crawl: { ...crawl, end: end('failed', 'out of credits') },
      via: 'webhook',
    } as const;
    const { pool } = stack.services;
    await storeCrawlPages(pool, { ...ended, delivery: noted(), pages: [] });
    const first = await crawlOf(crawl);
    expect(first).toMatchObject({
      state: 'failed',
      reason: 'out of credits',
      reconciliation: 'waiting',
    });
    const [endedAt, dueAt] = [first?.['ended_at'], first?.['reconcile_due_at']] as Date[];
    expect(dueAt!.getTime() - endedAt!.getTime()).toBe(30_000);
    await store(crawl, url, 'late', { delivery: noted() });
    await storeCrawlPages(pool, {
      ...ended,
      crawl: { ...crawl, end: end('completed') },
      delivery: noted(),
      pages: [],
    });
    expect(await crawlOf(crawl)).toMatchObject({
      state: 'failed',
      started_at: first?.['started_at'],
      ended_at: endedAt,
      reconcile_due_at: dueAt,
    });
    expect(await pagesOf(crawl)).toMatchObject([{ url, outcome: 'accepted' }]);
  });

  test('that runs ends with the delivery that says so', async () => {
    const crawl = newCrawl();
    const before = await store(crawl, newUrl(), 'granite').then(() => crawlOf(crawl));
    await storeCrawlPages(stack.services.pool, {
      crawl: { ...crawl, end: end('completed') },
      via: 'webhook',
      delivery: noted(),
      pages: [],
    });
    expect(await crawlOf(crawl)).toMatchObject({
      state: 'completed',
      started_at: before?.['started_at'],
      ended_at: expect.any(Date),
    });
  });
});

describe('a changed page of no crawl', () => {
  const changed = (url: string, text: string, changedAt?: string) =>
    storeCrawlPages(stack.services.pool, {
      crawl: null,
      via: 'webhook',
      delivery: noted(),
      pages: [{ page: parseDocument({ url, text }), cleanMs: 0, changedAt }],
    });
  const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();

  test('replaces no later change, and nothing that came in a day after it', async () => {
    const url = newUrl();
    expect((await changed(url, 'second', daysAgo(0.1))).pages.accepted).toBe(1);
    expect((await changed(url, 'first', daysAgo(0.2))).pages.older).toBe(1);
    expect((await changed(url, 'third', daysAgo(0.1))).pages.accepted).toBe(1);
    expect((await changed(url, 'without a time')).pages.accepted).toBe(1);
    const other = newUrl();
    await stack.services.records.accept(parseDocument({ url: other, text: 'by hand' }));
    expect((await changed(other, 'first', daysAgo(31))).pages.older).toBe(1);
    expect((await changed(other, 'second', daysAgo(0.5))).pages.accepted).toBe(1);
    expect(await textOf(other)).toBe('second');
  });
});
