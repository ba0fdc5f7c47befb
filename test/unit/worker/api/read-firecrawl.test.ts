import { createHash } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { readFirecrawl } from '../../../../worker/api/read-firecrawl.ts';

const bytesOf = (value: unknown) => Buffer.from(JSON.stringify(value));
const read = (value: unknown) => readFirecrawl(bytesOf(value));
const url = 'https://docs.example/page';
const metadata = { title: 'Page', sourceURL: url, url, statusCode: 200 };
const page = { markdown: 'granite', html: '<p>granite</p>', metadata };
const gotten = (of = url) => ({
  page: expect.objectContaining({ url: of, text: 'granite', source: 'firecrawl', crawlId: 'c1' }),
  cleanMs: expect.any(Number),
});

describe('a page that is no document', () => {
  const lost = (long: string, error = 'no') => {
    const data = [{ metadata: { sourceURL: long, url: long } }];
    return read({ type: 'crawl.page', id: 'c1', success: false, error, data }).pages[0] as {
      url: string;
      reason: string;
    };
  };

  test.each(['https://docs.example/', 'odd \u{1F600} \ud83d \0'])(
    'has an address that is cut, and another than one that begins alike: %j',
    (start) => {
      const [one, other] = ['1', '2'].map((end) =>
        lost(`${start}${'x\u00e4'.repeat(9_000)}${end}`),
      );
      expect(Buffer.byteLength(one!.url)).toBeLessThanOrEqual(1_000);
      expect(one!.url.isWellFormed()).toBe(true);
      expect(one!.url).not.toBe(other!.url);
      expect(lost(`${start}${'x\u00e4'.repeat(9_000)}1`).url).toBe(one!.url);
    },
  );

  test('keeps the address that a document may have', () => {
    const long = `https://docs.example/${'x'.repeat(2_027)}`;
    expect(lost(long).url).toBe(long);
  });

  test.each([999, 1_000])('has a reason that is cut to whole characters, of %i', (length) => {
    const { reason } = lost(url, `${'x'.repeat(length - 1)}\u{1F600}\0`);
    expect(reason.isWellFormed()).toBe(true);
    expect(reason).toMatch(/^x+/);
  });
});

describe('a page is read from', () => {
  test.each<[string, Record<string, unknown>]>([
    ['version 2', { type: 'crawl.page', id: 'c1', success: true, data: [page] }],
    ['version 2, one object', { type: 'crawl.page', id: 'c1', success: true, data: page }],
    ['version 1, a batch', { type: 'batch_scrape.page', id: 'c1', success: true, data: [page] }],
    [
      'version 0',
      {
        type: 'crawl.page',
        jobId: 'c1',
        success: true,
        data: [{ content: 'granite', markdown: 'granite', metadata }],
      },
    ],
    [
      'the first version 0, which had no type',
      { jobId: 'c1', success: true, data: [{ content: 'granite', metadata }] },
    ],
    ['an old name', { type: 'page', id: 'c1', success: true, data: [page] }],
    ['the end of a crawl', { type: 'crawl.completed', id: 'c1', success: true, data: [page] }],
    ['only what is needed', { type: 'crawl.page', id: 'c1', data: { markdown: 'granite', url } }],
  ])('%s', (_version, value) => {
    expect(read(value)).toMatchObject({
      outcome: 'stored',
      crawl: { id: 'c1' },
      pages: [gotten()],
    });
  });

  test('a delivery of several, among them what is no page', () => {
    const other = { ...page, metadata: { ...metadata, sourceURL: `${url}/2`, url: `${url}/2` } };
    const links = { links: ['https://docs.example/'], metadata: { sourceURL: `${url}/3` } };
    const missing = { markdown: 'Not found', metadata: { sourceURL: `${url}/4`, statusCode: 404 } };
    const data = [page, other, links, missing, 7];
    expect(read({ type: 'crawl.page', id: 'c1', success: true, data }).pages).toEqual([
      gotten(),
      gotten(`${url}/2`),
      expect.objectContaining({ url: `${url}/3`, outcome: 'rejected', code: 'DOCUMENT_INVALID' }),
      expect.objectContaining({ url: `${url}/4`, reason: 'statusCode: the page answered 404' }),
      expect.objectContaining({ url: '', outcome: 'rejected', code: 'DOCUMENT_INVALID' }),
    ]);
  });
});

describe('a page that Firecrawl did not get', () => {
  test.each<[string, unknown, object]>([
    [
      'has its address and the reason',
      [{ metadata: { sourceURL: `${url}?utm_source=x` } }],
      { url, reason: 'timed out' },
    ],
    [
      'has a reason of its own before that of the delivery',
      [{ metadata: { sourceURL: url, error: 'blocked' } }],
      { url, reason: 'blocked' },
    ],
    ['may have no address', [], { url: '', reason: 'timed out' }],
    ['may have a text, which is not that of the page', [page], { url, reason: 'timed out' }],
    ['may have an odd address', [{ url: 'not an address' }], { url: 'not an address' }],
  ])('%s', (_what, data, expected) => {
    const value = { type: 'crawl.page', id: 'c1', success: false, error: 'timed\u0000 out', data };
    expect(read(value).pages).toEqual([
      expect.objectContaining({ outcome: 'failed', code: null, ...expected }),
    ]);
  });

  test('has a reason, however many levels the error has', () => {
    const error = `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`;
    const bytes = Buffer.from(`{"type":"crawl.failed","id":"c1","error":${error}}`);
    expect(readFirecrawl(bytes).crawl?.end).toEqual({
      state: 'failed',
      reason: 'the error has more levels than can be shown',
    });
  });

  test('is noted where the delivery says that it has one, and has none', () => {
    expect(read({ type: 'crawl.page', id: 'c1', success: true, data: [] }).pages).toEqual([
      { url: '', outcome: 'rejected', code: null, reason: 'the delivery holds no page' },
    ]);
  });
});

describe('an event of a crawl', () => {
  test.each([
    ['crawl.started', undefined],
    ['crawl.completed', { state: 'completed', reason: null }],
    ['batch_scrape.completed', { state: 'completed', reason: null }],
    ['completed', { state: 'completed', reason: null }],
  ])('%s', (type, end) => {
    const { crawl, pages } = read({ type, id: 'c1', success: true, data: [], metadata: {} });
    const kind = type.startsWith('batch') ? 'batch-scrape' : 'crawl';
    expect({ crawl, pages }).toEqual({
      crawl: { id: 'c1', source: 'firecrawl', kind, end },
      pages: [],
    });
  });

  test.each([
    ['crawl.failed', 'failed'],
    ['crawl.cancelled', 'cancelled'],
    ['crawl.canceled', 'cancelled'],
    ['batch_scrape.failed', 'failed'],
    ['crawl.completed', 'failed'],
  ])('%s without success, with its reason', (type, state) => {
    const value = { type, id: 'c1', success: false, data: [], error: 'out of\ncredits' };
    expect(read(value).crawl?.end).toEqual({ state, reason: 'out of credits' });
  });

  test('takes no other data for a page', () => {
    const data = { total: 12, completed: 12, creditsUsed: 12 };
    expect(read({ type: 'crawl.completed', id: 'c1', success: true, data }).pages).toEqual([]);
  });

  test.each(['monitor.page', 'monitor.check.completed', 'extract.started', 'agent.action', 'x'])(
    'is ignored where it is of something else: %s',
    (type) => {
      expect(read({ type, data: [page] })).toMatchObject({
        outcome: 'ignored',
        crawl: null,
        pages: [],
      });
    },
  );

  test.each<[string, unknown, object]>([
    ['a list', [page], { code: 'WEBHOOK_PAYLOAD' }],
    ['a text', 'crawl.page', { code: 'WEBHOOK_PAYLOAD' }],
    ['no type', { id: 'c1', data: page }, { code: 'WEBHOOK_PAYLOAD', message: 'type: is missing' }],
    ['no crawl', { type: 'crawl.page', data: [page] }, { message: 'id: is missing' }],
    ['an odd crawl', { type: 'crawl.page', id: 'a b', data: [page] }, { code: 'WEBHOOK_PAYLOAD' }],
    [
      'more than 10,000 pages',
      { type: 'crawl.page', id: 'c1', data: Array.from({ length: 10_001 }, () => ({})) },
      { code: 'API_TOO_LARGE' },
    ],
  ])('is refused: %s', (_what, value, expected) => {
    expect(() => read(value)).toThrow(expect.objectContaining({ kind: 'final', ...expected }));
  });
});

describe('a delivery is known by', () => {
  const value = { type: 'crawl.page', id: 'c1', success: true, data: [page] };
  const hash = createHash('sha256').update(bytesOf(value)).update('\0').digest('hex');

  test('its own name, however it is written', () => {
    const webhookId = '7d1f2c1e-1111-4a4a-8b8b-0123456789ab';
    expect(read({ ...value, webhookId }).key).toBe(webhookId);
    expect(readFirecrawl(Buffer.from(JSON.stringify({ webhookId, ...value }, null, 2))).key).toBe(
      webhookId,
    );
  });

  test.each([undefined, null, '', 'a b', 'x'.repeat(201), {}])(
    'its bytes where that is %s',
    (id) => {
      const bytes = bytesOf({ ...value, webhookId: id });
      const key = createHash('sha256').update(bytes).update('\0').digest('hex');
      expect(readFirecrawl(bytes).key).toBe(key);
      expect(read(value).key).toBe(hash);
    },
  );
});
