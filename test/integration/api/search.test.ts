import { afterEach, beforeAll, describe, expect, test } from 'vitest';

import { documentIdOf } from '../../../worker/documents/document-id.ts';
import { keys } from '../../harness/api-process.ts';
import { eventually } from '../../harness/eventually.ts';
import { serveApi } from '../../harness/served-api.ts';

const pool = {
  url: 'https://a.example/pool',
  title: 'Pool',
  description: 'How many connections',
  language: 'en',
  country: 'de',
  isMobile: true,
  markdown: 'Set max_connections before the granite lantern opens.',
};
const pages = [
  pool,
  {
    url: 'https://a.example/read',
    language: 'en',
    markdown: 'Call readFile with a granite compass.',
  },
  {
    url: 'https://b.example/stein',
    language: 'de',
    markdown: 'Die granite Laterne steht im Hafen.',
  },
];

const served = serveApi({ withWorker: true });
beforeAll(async () => {
  await served.api.ask('/api/documents', { body: pages });
  await eventually('indexed pages', async () => {
    for (const { url } of pages)
      expect((await served.api.ask(`/api/documents/${documentIdOf(url)}`)).body).toMatchObject({
        state: 'indexed',
      });
  });
});

interface Range {
  readonly start: number;
  readonly length: number;
}

const searchOnce = (body: object) => served.api.ask('/api/search', { body, key: keys.search });
/** Asks again where a busy machine needs longer than the 2 s that a hybrid search gives TEI. */
const search = (body: object) =>
  eventually('a search in time', async () => {
    const answer = await searchOnce(body);
    return answer.body['degradedBecause'] !== 'TEI_TIMEOUT' && answer;
  });
const urlsOf = ({ results }: Record<string, unknown>) =>
  (results as { url: string }[]).map(({ url }) => url).sort();

describe('a search', () => {
  test('answers in the names of the predecessor, with what the page says of itself', async () => {
    expect(await search({ query: 'maxConnections' })).toEqual({
      status: 200,
      headers: expect.anything(),
      body: {
        query: 'maxConnections',
        mode: 'hybrid',
        degraded: false,
        degradedBecause: null,
        total: 3,
        hasMore: false,
        didYouMean: null,
        took: {
          totalMs: expect.any(Number),
          keywordMs: expect.any(Number),
          embedMs: expect.any(Number),
          vectorsMs: expect.any(Number),
          highlightMs: expect.any(Number),
          detailsMs: expect.any(Number),
        },
        results: expect.arrayContaining([
          {
            id: documentIdOf(pool.url),
            url: pool.url,
            title: 'Pool',
            description: 'How many connections',
            text: pool.markdown,
            highlights: [{ start: 'Set '.length, length: 'max_connections'.length }],
            headings: [],
            chunk: 0,
            score: expect.any(Number),
            metadata: {
              domain: 'a.example',
              language: 'en',
              country: 'DE',
              isMobile: true,
              indexedAt: expect.stringMatching(/Z$/),
            },
          },
        ]),
      },
    });
  });

  test.each(['hybrid', 'keyword', 'semantic', 'bm25'])(
    'in %s mode keeps to its filters',
    async (mode) => {
      const found = async (filters: object) =>
        urlsOf((await search({ query: 'granite', mode, filters })).body);
      expect(await found({})).toHaveLength(3);
      expect(await found({ domain: 'B.example', language: null })).toEqual([
        'https://b.example/stein',
      ]);
      expect(await found({ country: 'DE', isMobile: true })).toEqual([pool.url]);
      for (const typed of [
        { domain: 'https://B.EXAMPLE/', language: 'de-AT' },
        { domain: 'b.example:443', country: null },
        { domain: ' b.example. ', language: 'DEU' },
      ])
        expect(await found(typed)).toEqual(['https://b.example/stein']);
    },
  );

  test('names the headings above a passage until its chunk has been replaced', async () => {
    const url = 'https://c.example/ship';
    const id = documentIdOf(url);
    await served.api.ask('/api/documents', {
      body: { url, markdown: '# Ship\n\n## Masts\n\nThe mizzen stands aft.' },
    });
    const ask = async () => (await search({ query: 'mizzen', mode: 'keyword' })).body;
    const whole = { results: [{ headings: ['Ship', 'Masts'], chunk: 0 }] };
    await eventually('a page', async () => expect(await ask()).toMatchObject(whole));
    const replace = `UPDATE chunks SET body = 'another' WHERE document_id = $1`;
    await served.stack.services.pool.query(replace, [id]);
    expect(await ask()).toMatchObject({ results: [{ url, headings: null }] });
    await served.api.ask(`/api/documents/${id}`, { method: 'DELETE' });
    await eventually('stores without the page', async () => {
      expect((await search({ query: 'mizzen' })).body['results']).toHaveLength(pages.length);
    });
  });

  test.each([
    ['domain', 'b.example/stein', 'is no host such as'],
    ['domain', '', 'is no host such as'],
    ['language', 'german', 'is no language tag such as'],
    ['country', 'Germany', 'is no two-letter country code such as'],
  ])('with the filter %s %j is refused with what is expected', async (name, text, expected) => {
    expect(await search({ query: 'granite', filters: { [name]: text } })).toMatchObject({
      status: 422,
      body: {
        errors: [{ pointer: `/filters/${name}`, detail: expect.stringContaining(expected) }],
      },
    });
  });

  test.each([
    ['keyword', 'granite lanterns', ['granite', 'lantern']],
    ['semantic', 'compasses', ['compass']],
    ['keyword', 'Hafen', ['Hafen']],
  ])('in %s mode for %j says where in the text its words are', async (mode, query, words) => {
    const { body } = await search({ query, mode });
    const marked = (body['results'] as { text: string; highlights: Range[] }[]).flatMap(
      ({ text, highlights }) =>
        highlights.map(({ start, length }) => text.slice(start, start + length)),
    );
    expect([...new Set(marked)].sort()).toEqual(words);
  });

  test.each([
    ['keyword', { keywordMs: expect.any(Number), embedMs: null, vectorsMs: null }],
    ['semantic', { keywordMs: null, embedMs: expect.any(Number), vectorsMs: expect.any(Number) }],
  ])('in %s mode says how long each part took', async (mode, took) => {
    expect((await search({ query: 'granite', mode })).body).toMatchObject({ took });
  });

  test('explains what words and meaning add to each score, in a body and in the address', async () => {
    const body = { query: 'granite lanterns', explain: true };
    const { results } = (await search(body)).body as { results: object[] };
    expect(results[0]).toMatchObject({
      url: pool.url,
      explain: {
        keyword: {
          rank: 1,
          terms: [
            { term: 'granite', fields: ['text'] },
            { term: 'lanterns', fields: ['text'] },
          ],
        },
        semantic: { rank: expect.any(Number), score: expect.any(Number) },
      },
    });
    const address = '/api/search?q=granite&mode=semantic&explain=true&weight=.5';
    expect((await served.api.ask(address)).body).toMatchObject({
      results: [{ explain: { keyword: null, semantic: { rank: 1 } } }, {}, {}],
    });
  });

  test('counts what it finds by keyword, and nothing in a search by meaning', async () => {
    const body = { query: 'granite', facets: true, filters: { language: 'en' } };
    expect((await search(body)).body).toMatchObject({
      facets: {
        documents: 2,
        atLeast: false,
        hosts: [{ value: 'a.example', documents: 2 }],
        languages: [{ value: 'en', documents: 2 }],
        countries: [{ value: 'DE', documents: 1 }],
        isMobile: [{ value: true, documents: 1 }],
      },
    });
    const semantic = await search({ query: 'granite', facets: true, mode: 'semantic' });
    expect(semantic.body).toMatchObject({ facets: null });
    expect((await search({ query: 'granite' })).body).not.toHaveProperty('facets');
  });

  test('for one word that no page has names the nearest that pages have', async () => {
    const didYouMean = async (query: string, mode = 'keyword') =>
      (await search({ query, mode })).body['didYouMean'];
    expect(await didYouMean('lantren')).toBe('lantern');
    expect(await didYouMean('lantren', 'hybrid')).toBe('lantern');
    expect(await didYouMean('lantren', 'semantic')).toBeNull();
    expect(await didYouMean('lantren compass')).toBeNull();
  });

  test('with a weight of 0 goes by words alone, and asks no GPU host', async () => {
    expect((await search({ query: 'readFile', weight: 0 })).body).toMatchObject({
      mode: 'hybrid',
      took: { embedMs: null },
      results: [{ url: 'https://a.example/read', score: 1 }],
      total: 1,
    });
  });

  test('is cut into pages that together are the whole', async () => {
    const at = async (offset: number) =>
      (await search({ query: 'granite', mode: 'keyword', limit: 1, offset })).body;
    const all = [await at(0), await at(1), await at(2)];
    expect(all.map(({ hasMore }) => hasMore)).toEqual([true, true, false]);
    expect(all.flatMap(urlsOf).sort()).toEqual(pages.map(({ url }) => url).sort());
  });

  test('may be asked in the address', async () => {
    const path = '/api/search?q=granite&mode=keyword&limit=5&domain=a.example&isMobile=true';
    const { body } = await served.api.ask(path, { key: keys.search });
    expect(urlsOf(body)).toEqual([pool.url]);
    expect(body).toMatchObject({ query: 'granite', mode: 'keyword', total: 1 });
  });
});

describe('while a service is away,', () => {
  afterEach(async () => {
    await Promise.all([served.stack.proxies.tei.pass(), served.stack.proxies.postgres.pass()]);
    await eventually('a whole search', async () => {
      const { body } = await search({ query: 'maxConnections' });
      expect(body).toMatchObject({
        degraded: false,
        results: [{ description: expect.anything() }, {}, {}],
      });
    });
  });

  test('TEI, a hybrid search answers by keyword and says so, and a semantic one says why not', async () => {
    await served.stack.proxies.tei.refuse();
    expect(await searchOnce({ query: 'readFile' })).toMatchObject({
      status: 200,
      body: {
        degraded: true,
        degradedBecause: expect.stringMatching(/^TEI_/),
        results: [{ url: 'https://a.example/read' }],
      },
    });
    const semantic = await searchOnce({ query: 'granite', mode: 'semantic' });
    expect(semantic).toMatchObject({ status: 503, body: { code: expect.stringMatching(/^TEI_/) } });
    expect(semantic.headers.get('retry-after')).toBe('5');
  });

  test('Postgres, a search answers without what only Postgres knows', async () => {
    await served.stack.proxies.postgres.refuse();
    const { status, body } = await search({ query: 'readFile', mode: 'keyword' });
    expect({ status, results: body['results'] }).toEqual({
      status: 200,
      results: [
        {
          id: documentIdOf('https://a.example/read'),
          url: 'https://a.example/read',
          title: '',
          text: 'Call readFile with a granite compass.',
          highlights: [{ start: 'Call '.length, length: 'readFile'.length }],
          chunk: 0,
          score: 1,
          metadata: { domain: 'a.example' },
        },
      ],
    });
  });
});

test('a search by meaning does without the keyword index, and highlights all the same', async () => {
  const other = await served.stack.api({ WEBHOOK_KEYWORD_DIR: '/nowhere' });
  const { status, body } = await other.ask('/api/search?q=granite&mode=semantic');
  expect({ status, total: body['total'] }).toEqual({ status: 200, total: pages.length });
  // The word is in each of them once.
  expect(body['results']).toMatchObject(pages.map(() => ({ highlights: [{ length: 7 }] })));
});
