import { describe, expect, test } from 'vitest';

import { readRecords } from '../../../../worker/commands/read-records.ts';

const url = 'https://docs.example.org/a';
const problem = 'is a part of a page: give the pages before they are split';

async function read(...records: object[]): Promise<unknown[]> {
  async function* stream() {
    yield Buffer.from(records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  }
  const found: unknown[] = [];
  for await (const entry of readRecords(stream()))
    found.push('value' in entry ? entry.value : entry.problem);
  return found;
}

const hierarchy = { lvl0: 'Docs', lvl1: 'A' };
const source = { '1': { node_id: 'page', node_type: '4' } };

describe('a second part of a page', () => {
  test.each<[string, object, object]>([
    [
      'Algolia',
      { url: `${url}#x`, anchor: 'x', content: 'First', hierarchy },
      { url: `${url}#y`, anchor: 'y', content: 'Second', hierarchy },
    ],
    [
      'Algolia with one anchor',
      { objectID: '0', url, anchor: 'x', content: 'First', hierarchy, type: 'content' },
      { objectID: '1', url, anchor: 'x', content: 'Second', hierarchy, type: 'content' },
    ],
    [
      'Algolia without anchors',
      { objectID: 'a', url, url_without_anchor: url, content: 'First', hierarchy },
      { objectID: 'b', url, url_without_anchor: url, content: 'Second', hierarchy },
    ],
    [
      'LangChain',
      { page_content: 'First', metadata: { source: url, start_index: 0 } },
      { page_content: 'Second', metadata: { source: url, start_index: 900 } },
    ],
    [
      'LangChain in its own form',
      { lc: 1, kwargs: { page_content: 'First', metadata: { source: url, start_index: 0 } } },
      { lc: 1, kwargs: { page_content: 'Second', metadata: { source: url, start_index: 9 } } },
    ],
    [
      'LangChain in JavaScript',
      { pageContent: 'First', metadata: { source: url, loc: { lines: { from: 1, to: 9 } } } },
      { pageContent: 'Second', metadata: { source: url, loc: { lines: { from: 10, to: 12 } } } },
    ],
    [
      'unstructured',
      { type: 'Title', element_id: 'ab', text: 'First', metadata: { url, page_number: 1 } },
      { type: 'Text', element_id: 'cd', text: 'Second', metadata: { url, page_number: 1 } },
    ],
    [
      'LlamaIndex',
      { id_: 'a', metadata: { url }, relationships: source, text: 'First' },
      { id_: 'b', metadata: { url }, relationships: source, text: 'Second' },
    ],
    [
      'Haystack',
      { content: 'First', meta: { url, source_id: 'p', page_number: 1, split_id: 0 } },
      { content: 'Second', meta: { url, source_id: 'p', page_number: 1, split_id: 1 } },
    ],
    [
      'a PDF in LangChain',
      { page_content: 'First', metadata: { source: url, total_pages: 2, page: 0 } },
      { page_content: 'Second', metadata: { source: url, total_pages: 2, page: 1 } },
    ],
    [
      'a PDF in LlamaIndex',
      { id_: 'a', metadata: { url, page_label: 'i' }, relationships: {}, text: 'First' },
      { id_: 'b', metadata: { url, page_label: '1' }, relationships: {}, text: 'Second' },
    ],
    ['a splitter', { url, text: 'First', chunk_index: 0 }, { url, text: 'Second', chunk_index: 1 }],
  ])('of %s is refused, and does not replace the first', async (_tool, first, second) => {
    expect(await read(first, second, { url: `${url}/b`, text: 'Other' }, second)).toEqual([
      first,
      problem,
      { url: `${url}/b`, text: 'Other' },
      problem,
    ]);
    expect(await read({ data: [first, second] })).toEqual([first, problem]);
    expect(await read(first, first)).toEqual([first, first]);
  });

  test('of LangChain without a place is one right behind the other', async () => {
    const part = (text: string, from = url) => ({ page_content: text, metadata: { source: from } });
    const other = part('Other', `${url}/b`);
    const records = [
      part('1'),
      part('2'),
      part('2'),
      part('3'),
      other,
      part('4'),
      part('4'),
      other,
    ];
    expect(await read(...records)).toEqual(
      records.map((record, index) => ([1, 2, 3].includes(index) ? problem : record)),
    );
    const inScript = [{ pageContent: 'a', metadata: { source: url } }, part('b')];
    expect(await read(...inScript)).toEqual([inScript[0], problem]);
    expect(await read(part('1'), { url, text: '2' }, part('3'))).not.toContain(problem);
  });

  test('is none of pages of a site map of LangChain', async () => {
    const page = (text: string, loc = url) => ({
      page_content: text,
      metadata: { source: loc, loc },
    });
    const records = [page('Old'), page('Other', `${url}/b`), page('New'), page('New')];
    expect(await read(...records)).toEqual(records);
  });

  test.each<[string, object, object]>([
    ['a page that came twice', { url, text: 'Old' }, { url, text: 'New' }],
    [
      'documents of LlamaIndex',
      { id_: 'a', metadata: { url }, relationships: {}, text: 'Old' },
      { id_: 'b', metadata: { url }, relationships: {}, text: 'New' },
    ],
    [
      'parts of two pages',
      { url, text: 'One', chunk_index: 0 },
      { url: `${url}/b`, text: 'Two', chunk_index: 1 },
    ],
    [
      'an item in two pages of a list',
      { url, text: 'Old', page: 1, page_number: 1 },
      { url, text: 'New', page: 2, page_number: 2 },
    ],
    ['an anchor of a page', { url, text: 'Old', anchor: 'a' }, { url, text: 'New', anchor: 'b' }],
    ['parts of none', { text: 'a', chunk_id: 1 }, { text: 'b', chunk_id: 2 }],
    ['no numbers', { url, text: 'a', chunk_id: null }, { url, text: 'b', chunk_id: '' }],
  ])('is none of %s', async (_what, first, second) => {
    expect(await read(first, second)).toEqual([first, second]);
  });
});
