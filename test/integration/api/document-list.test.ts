import { describe, expect, test } from 'vitest';

import { canaryHost } from '../../../shared/canary.ts';
import { documentIdOf } from '../../../worker/documents/document-id.ts';
import { keys } from '../../harness/api-process.ts';
import type { Answered } from '../../harness/api-process.ts';
import { serveApi } from '../../harness/served-api.ts';

const served = serveApi();

interface Listed {
  readonly id: string;
  readonly url: string;
}

const list = (query: string) => served.api.ask(`/api/documents?${query}`, { key: keys.search });
const urlsOf = ({ body }: Answered) => (body['items'] as Listed[]).map(({ url }) => url);

/** Reads a whole list. @param afterPage called with the number of pages that were read */
async function walk(
  query: string,
  afterPage: (pages: number) => Promise<void> = async () => undefined,
): Promise<string[]> {
  const met: string[] = [];
  let next: string | null = '';
  for (let pages = 1; next !== null; pages += 1) {
    const answer = await list(`${query}${next === '' ? '' : `&cursor=${next}`}`);
    met.push(...urlsOf(answer));
    next = answer.body['next'] as string | null;
    await afterPage(pages);
  }
  return met;
}

/** Documents of a host of their own, in the order in which they came in. */
let hosts = 0;
async function submit(count: number, more: object = {}): Promise<{ host: string; urls: string[] }> {
  const host = `list-${(hosts += 1)}.example`;
  const urls = Array.from({ length: count }, (_, index) => `https://${host}/${index + 1}`);
  for (const url of urls)
    await served.api.ask('/api/documents', { body: { url, title: url, text: 'granite', ...more } });
  return { host, urls };
}

async function fail(url: string, code = 'INDEXING_POISON'): Promise<void> {
  const { records } = served.stack.services;
  const version = await records.latestName(documentIdOf(url));
  const failure = { stage: 'indexing', outcome: 'failed', reason: 'it kills' } as const;
  await records.recordFailure(version!, { ...failure, code });
}

async function storeChunks(url: string): Promise<void> {
  const { records } = served.stack.services;
  const version = await records.latestName(documentIdOf(url));
  await records.storeChunks(version!, [{ index: 0, text: 'granite', headings: [] }]);
}

describe('the list of documents', () => {
  test('has the newest first, each as it is shown alone', async () => {
    const { host, urls } = await submit(2);
    await fail(urls[0]!);
    const { status, body } = await list(`host=${host}`);
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        items: [
          {
            id: documentIdOf(urls[1]!),
            url: urls[1],
            title: urls[1],
            state: 'pending',
            findable: { keyword: false, meaning: false },
            code: null,
            updatedAt: expect.stringMatching(/^\d{4}-.*Z$/),
          },
          {
            id: documentIdOf(urls[0]!),
            url: urls[0],
            title: urls[0],
            state: 'failed',
            findable: { keyword: false, meaning: false },
            code: 'INDEXING_POISON',
            updatedAt: expect.stringMatching(/^\d{4}-.*Z$/),
          },
        ],
        next: null,
      },
    });
  });

  test('meets each document once, whatever comes, changes and goes meanwhile', async () => {
    const { host, urls } = await submit(9);
    const met = await walk(`host=${host}&limit=2`, async (pages) => {
      if (pages !== 2) return;
      const changed = [urls[8]!, urls[0]!, `https://${host}/new`];
      for (const url of changed)
        await served.api.ask('/api/documents', { body: { url, text: 'another text' } });
      for (const url of [urls[7]!, urls[1]!])
        await served.api.ask(`/api/documents/${documentIdOf(url)}`, { method: 'DELETE' });
    });
    expect(met).toEqual(urls.toReversed().filter((url) => url !== urls[1]));
  });

  test('goes on where documents came in at the same time', async () => {
    const { host, urls } = await submit(5);
    await served.stack.services.pool.query(
      "UPDATE documents SET created_at = '2026-11-26T12:00:00.123456Z' WHERE id = ANY($1)",
      [urls.map(documentIdOf)],
    );
    const met = await walk(`host=${host}&limit=1`);
    expect(met.toSorted()).toEqual(urls);
  });

  test('keeps to every filter, and to several at once', async () => {
    const { host, urls } = await submit(5, { crawlId: 'autumn' });
    const [failed, cancelled, searchable, indexed, pending] = urls as [
      string,
      string,
      string,
      string,
      string,
    ];
    await fail(failed, 'TEI_ANSWER');
    await served.stack.services.records.cancel({ only: [documentIdOf(cancelled)] });
    await storeChunks(searchable);
    await storeChunks(indexed);
    const { records } = served.stack.services;
    await records.markIndexed((await records.latestName(documentIdOf(indexed)))!);
    for (const [query, url] of [
      ['state=failed', failed],
      ['state=cancelled', cancelled],
      ['state=keyword-searchable', searchable],
      ['state=indexed', indexed],
      ['state=pending', pending],
      ['code=TEI_ANSWER', failed],
      [`url=${encodeURIComponent(`${pending}#part`)}`, pending],
    ] as const) {
      const answer = await list(`host=${host.toUpperCase()}&${query}`);
      expect({ query, urls: urlsOf(answer) }).toEqual({ query, urls: [url] });
      const { body: alone } = await served.api.ask(`/api/documents/${documentIdOf(url)}`);
      const { state, findable } = alone;
      expect(answer.body['items']).toMatchObject([{ state, findable }]);
    }
    for (const spelling of [`https://${host}/`, `${host}:443`, `${host}.`])
      expect(urlsOf(await list(`host=${spelling}`))).toEqual(urls.toReversed());
    expect(urlsOf(await list('crawl=autumn'))).toEqual(urls.toReversed());
    expect(urlsOf(await list('crawl=autumn&code=TEI_ANSWER&state=failed'))).toEqual([failed]);
    expect(urlsOf(await list('crawl=autumn&code=TEI_ANSWER&state=indexed'))).toEqual([]);
    expect(urlsOf(await list('crawl=autum'))).toEqual([]);
  });

  test('has the documents of an address of IPv6, on any port, and of no other one', async () => {
    const urls = ['[2001:db8::1]', '[2001:db8::1]:8080', '[2001:db8::2]', '[2001:db8::1:1]'].map(
      (host) => `http://${host}/`,
    );
    await served.api.ask('/api/documents', { body: urls.map((url) => ({ url, text: 'granite' })) });
    const own = urls.slice(0, 2);
    for (const host of ['2001:DB8::1', '[2001:db8:0::1]:443'])
      expect(urlsOf(await list(`host=${host}`)).sort()).toEqual(own);
    const { records } = served.stack.services;
    expect(await records.documents({ domain: '[2001:db8::1]', limit: 9 })).toEqual(
      own.map(documentIdOf).sort(),
    );
  });

  test('has 50 documents where the caller does not say, and 200 at most', async () => {
    const body = Array.from({ length: 201 }, (_, index) => ({
      url: `https://many.example/${index}`,
      text: 'granite',
    }));
    await served.api.ask('/api/documents', { body });
    expect(urlsOf(await list('host=many.example'))).toHaveLength(50);
    expect(urlsOf(await list('host=many.example&limit=200'))).toHaveLength(200);
  });

  test('has no canary, not even of its own host', async () => {
    await served.api.ask('/api/documents', {
      body: { url: `https://${canaryHost}/1`, crawlId: 'canaries', text: 'granite' },
    });
    for (const query of ['crawl=canaries', `host=${canaryHost}`, 'limit=1'])
      expect(urlsOf(await list(query)).filter((url) => url.includes(canaryHost))).toEqual([]);
  });
});

describe('of the list of documents,', () => {
  const uuid = '00000000-0000-5000-8000-000000000000';
  const cursorOf = (text: string) => Buffer.from(text).toString('base64url');
  test.each([
    ['state', 'done'],
    ['state', "pending' OR '1'='1"],
    ['state', ''],
    ['host', ''],
    ['host', "a.example' OR 1=1 --"],
    ['host', 'a.example/path'],
    ['host', 'a.example:80x'],
    ['host', 'a.example:8080'],
    ['host', '*.example'],
    ['host', 'user@a.example'],
    ['host', '../../etc/passwd'],
    ['host', 'a.example\u0000'],
    ['host', 'x'.repeat(256)],
    ['url', 'no url'],
    ['url', 'ftp://a.example/'],
    ['url', `https://a.example/${'x'.repeat(2_048)}`],
    ['crawl', ''],
    ['crawl', 'a\u0000b'],
    ['crawl', 'x'.repeat(201)],
    ['code', "X' OR '1'='1"],
    ['code', 'tei_timeout'],
    ['code', `A${'A'.repeat(100)}`],
    ['limit', '0'],
    ['limit', '201'],
    ['limit', '-1'],
    ['limit', '1.5'],
    ['limit', '1e2'],
    ['limit', '9'.repeat(30)],
    ['limit', ''],
    ['cursor', ''],
    ['cursor', '1; DROP TABLE documents'],
    ['cursor', 'x'.repeat(201)],
    ['cursor', cursorOf(`d${'9'.repeat(17)}/${uuid}`)],
    ['cursor', cursorOf(`d1/${uuid}'--`)],
    ['cursor', cursorOf(`c1/1`)],
  ])('%s is not %j', async (name, value) => {
    const before = await served.storedUrls();
    expect(await list(`${name}=${encodeURIComponent(value)}`)).toMatchObject({
      status: 422,
      body: { code: 'API_INVALID', errors: [{ pointer: `/${name}` }] },
    });
    expect(await served.storedUrls()).toEqual(before);
  });

  test('a parameter that it does not have is refused, and one that comes twice', async () => {
    expect(await list('domain=a.example')).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('domain') },
    });
    expect(await list('limit=1&limit=2&state=x')).toMatchObject({
      status: 422,
      body: { errors: [{ pointer: '/state' }, { pointer: '/limit' }] },
    });
  });

  test.each(["' OR 1=1 --", '"; DROP TABLE documents; --', '%', '*', '..', '\ufeff\u202e'])(
    'the crawl %j is one that no document has',
    async (crawl) => {
      expect(await list(`crawl=${encodeURIComponent(crawl)}`)).toMatchObject({
        status: 200,
        body: { items: [], next: null },
      });
    },
  );

  test('the furthest cursor is no error', async () => {
    const cursor = cursorOf(`d${'9'.repeat(16)}/${uuid}`);
    expect(await list(`cursor=${cursor}&limit=1`)).toMatchObject({ status: 200 });
    expect(await list(`cursor=${cursorOf(`d0/${uuid}`)}`)).toMatchObject({ body: { items: [] } });
  });
});
