import { gzipSync } from 'node:zlib';

import { describe, expect, test } from 'vitest';

import type { ApiRequest } from '../../harness/api-process.ts';
import { page } from '../../harness/pages.ts';
import { serveApi } from '../../harness/served-api.ts';

const ndjson = 'application/x-ndjson';

const served = serveApi();

/** A page that no other test sends. */
let last = 0;
const newPage = () => page((last += 1));
const lines = (...values: unknown[]) =>
  values.map((value) => `${JSON.stringify(value)}\n`).join('');
const send = (body: unknown, request: ApiRequest = {}) =>
  served.api.ask('/api/documents', { body, ...request });

describe('many documents', () => {
  test('of one URL are stored in their order, so that the last one counts', async () => {
    const { url } = newPage();
    const editions = Array.from({ length: 60 }, (_, number) => ({
      url,
      title: `Edition ${number}`,
      markdown: 'word '.repeat(number % 3 === 0 ? 20_000 : 1),
    }));
    const titleOf = async (id: unknown) =>
      (await served.api.ask(`/api/documents/${String(id)}`)).body['title'];
    const sendAll = (request: ApiRequest) => served.api.ask('/api/documents?items=all', request);
    for (const [request, title] of [
      [{ body: editions }, 'Edition 59'],
      [{ body: lines(...editions.toReversed()), type: ndjson }, 'Edition 0'],
    ] as const) {
      const { body } = await sendAll(request);
      expect(body).toMatchObject({ rejected: 0 });
      const [{ id }] = body['items'] as [{ id: string }];
      expect(await titleOf(id)).toBe(title);
    }
  });

  test.each([
    ['a crawler', (pages: unknown[]) => ({ success: true, status: 'completed', data: pages })],
    ['crawl4ai', (pages: unknown[]) => ({ success: true, results: pages })],
    ['a result with pages', (pages: unknown[]) => ({ result: { pages } })],
  ])('are taken out of the saved answer of %s', async (_name, wrap) => {
    const pages = [newPage(), newPage()];
    expect(await send(wrap(pages))).toMatchObject({ status: 202, body: { accepted: 2 } });
    expect(await served.storedUrls()).toEqual(expect.arrayContaining(pages.map(({ url }) => url)));
  });

  test('that are parts of one page do not replace its first', async () => {
    const [one, other] = [newPage(), newPage()];
    const split = ({ url }: { url: string }, index: number) => ({
      page_content: `Part ${index}`,
      metadata: { source: url, start_index: index },
    });
    const parts = [split(one, 0), split(one, 9), split(other, 0), split(one, 9)];
    const detail = 'document: is a part of a page: give the pages before they are split';
    for (const request of [{ body: parts }, { body: lines(...parts), type: ndjson }])
      expect((await send(request.body, request)).body['items']).toMatchObject(
        [1, 3].map((index) => ({ index, outcome: 'rejected', detail })),
      );
    expect(await send(split(one, 9))).toMatchObject({ status: 202 });
  });

  test('may come after a byte order mark, as JSON and as lines', async () => {
    expect(await send(`\uFEFF${JSON.stringify([newPage()])}`)).toMatchObject({
      status: 202,
      body: { accepted: 1 },
    });
    expect(await send(`\uFEFF${lines(newPage())}`, { type: ndjson })).toMatchObject({
      status: 202,
      body: { accepted: 1, rejected: 0 },
    });
  });
});

test.each([
  [
    'lines sent as one JSON',
    lines(newPage(), newPage()),
    'application/json',
    /as application.x-nd/,
  ],
  ['JSON over several lines sent as lines', '{\n"data": [\n]}', ndjson, /as application.json/],
  ['gzip', gzipSync(lines(newPage())), 'application/json', /gzip: send it unpacked/],
  ['broken JSON over several lines', '{\n"url":\n', 'application/json', /^is no JSON$/],
])('%s is refused with what was expected', async (_name, body, type, expected) => {
  expect((await send(body, { type })).body['detail']).toMatch(expected);
});
