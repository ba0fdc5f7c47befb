import { describe, expect, test } from 'vitest';

import { listRecords } from '../../../../worker/documents/crawler-answer.ts';
import { parseDocument } from '../../../../worker/documents/document.ts';

const url = 'https://docs.example.org/setup';
const body = '# Setup\n\nInstall it first.';

describe('what a store has around its records', () => {
  const page = { url, text: body };
  const other = { page_content: 'Other', metadata: { source: `${url}/b` } };
  const inElastic = (record: object) => ({ _index: 'a', _id: '1', _score: 1, _source: record });

  test.each([
    [
      'Elasticsearch',
      { took: 1, hits: { total: { value: 2 }, hits: [page, other].map(inElastic) } },
    ],
    ['Algolia', { hits: [page, other], nbHits: 2, query: '' }],
    ['Solr', { responseHeader: { status: 0 }, response: { numFound: 2, docs: [page, other] } }],
    [
      'Hugging Face',
      {
        features: [{ name: 'url' }],
        rows: [
          { row_idx: 0, row: page },
          { row_idx: 1, row: other },
        ],
      },
    ],
    [
      'Qdrant',
      {
        result: {
          points: [
            { id: 1, payload: page },
            { id: 2, payload: other },
          ],
        },
        status: 'ok',
      },
    ],
    ['a search of Qdrant', { result: [{ payload: page, score: 1 }, { payload: other }], time: 1 }],
    [
      'CouchDB',
      {
        total_rows: 2,
        rows: [
          { id: 'a', doc: page },
          { id: 'b', doc: other },
        ],
      },
    ],
    [
      'Airtable',
      {
        records: [
          { id: 'rec1', fields: { URL: url, Text: body } },
          { id: 'rec2', fields: other },
        ],
      },
    ],
    [
      'JSON:API',
      {
        data: [
          { type: 'a', id: '1', attributes: page },
          { id: '2', attributes: other },
        ],
        meta: {},
      },
    ],
    ['Typesense', { found: 2, hits: [{ document: page }, { document: other }] }],
  ])('is taken away, of %s', (_store, answer) => {
    const found = (listRecords(answer) ?? []).map((record) => parseDocument(record));
    expect(found).toMatchObject([
      { url, text: body },
      { url: `${url}/b`, text: 'Other' },
    ]);
  });

  test.each([
    inElastic(page),
    inElastic({ url, body_content: body }),
    { id: 1, payload: page },
    { row_idx: 0, row: page },
    { status: 200, document: page },
    { _index: 'a', _id: '1', fields: { url: [url], text: [body] } },
  ])('is taken away from one record: %j', (record) => {
    expect(parseDocument(record)).toMatchObject({ url, text: body });
  });

  test.each([
    { url, text: body, payload: { url: 'https://a.example', text: 'x' } },
    { url, text: body, hits: [{ url: 'https://a.example', text: 'x' }], rows: [], docs: [{}] },
    { url, response: { status: 200, body }, _source: 'crawler', hits: 5 },
    { url, metadata: { text: body }, document: { id: 1 } },
    { url, text: body, fields: { url: 'https://a.example', text: 'x' }, attributes: { a: 1 } },
  ])('is not meant by fields of a page: %j', (record) => {
    expect(listRecords(record)).toBeUndefined();
    expect(parseDocument(record)).toMatchObject({ url, text: body });
  });

  test.each<[object, RegExp]>([
    [{ hits: { total: { value: 0 }, hits: [] } }, /the crawler's answer holds no page$/],
    [{ response: { numFound: 0, docs: [] } }, /the crawler's answer holds no page$/],
    [{ status: 404, document: page }, /the page answered 404$/],
    [inElastic({ name: 'x' }), /^url: is missing among _index, _id, _score, name; /],
    [{ id: 1, 'a\nb': 2, text: body }, /^url: is missing among id, a b, text$/],
    [
      Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${index}`.repeat(50), 1])),
      /^url: is missing among (?:\w{40}, ){10}…; /,
    ],
    [{}, /^url: is missing; /],
  ])('is told where no page is in it: %j', (value, problem) => {
    const read = () => (listRecords(value) ?? [value]).map((record) => parseDocument(record));
    expect(read).toThrow(problem);
  });
});
