import { describe, expect, test } from 'vitest';

import { listRecords } from '../../../../worker/documents/crawler-answer.ts';
import { parseDocument } from '../../../../worker/documents/document.ts';
import type { Document } from '../../../../worker/documents/document.ts';

const url = 'https://docs.example.org/setup';
const body = '# Setup\n\nInstall it first.';
const html = '<h1>Setup</h1><p>Install it first.</p>';

const readAll = (value: unknown) =>
  (listRecords(value) ?? [value]).map((record) => {
    try {
      return parseDocument(record);
    } catch (error) {
      return (error as Error).message;
    }
  });

describe('the fields of a record', () => {
  const expected: Partial<Document> = { url, title: 'Setup', text: body };

  test.each<[string, object, Partial<Document>?]>([
    ['Go', { URL: url, Title: 'Setup', Markdown: body, StatusCode: 200 }],
    ['.NET', { Url: url, Title: 'Setup', Html: html, Language: 'de' }, { language: 'de' }],
    ['a table', { 'Page URL': url, 'Page title': 'Setup', Text: body }],
    ['a table of lower case', { 'page-url': url, page_title: 'Setup', page_content: body }],
    ['a part', { Url: url, Metadata: { Title: 'Setup' }, Body: html }],
    ['a table of parts', { 'metadata.sourceURL': url, 'metadata.title': 'Setup', markdown: body }],
    ['a table of Apify', { url, text: body, 'metadata/title': 'Setup', 'crawl/depth': 1 }],
    ['OSCAR', { content: body, warc_headers: { 'warc-target-uri': url } }, {}],
    ['an archive', { 'WARC-Type': 'response', 'WARC-Target-URI': url, content: html }, {}],
    ['ClueWeb', { URL: url, Language: 'en', 'Clean-Text': body }, { language: 'en' }],
    ['news-please', { url, title: 'Setup', maintext: body, source_domain: 'a.example' }],
    ['a browser', { finalUrl: url, title: 'Setup', innerText: body }],
    ['a program', { requested_url: url, title: 'Setup', md: body }],
    ['texts beside the content', { url, title: 'Setup', content: body, clean_text: 'setup' }],
    ['Go with a body', { Request: { URL: url }, Response: { StatusCode: 200, Body: body } }, {}],
    ['both spellings', { url, URL: `${url}/b`, title: 'Setup', Title: 'B', text: body, Text: 'B' }],
  ])('may have the names of %s', (_source, record, more = {}) => {
    const { title, ...others } = expected;
    const isNamed = JSON.stringify(record).includes('"Setup"');
    expect(parseDocument(record)).toMatchObject({ ...others, ...(isNamed && { title }), ...more });
  });

  test('that are no texts under such a name are none of the page', () => {
    const record = { url, text: body, Title: { a: 1 }, Html: ['<p>x</p>'], Language: 'English' };
    expect(parseDocument(record)).toMatchObject({ title: '', text: body, language: null });
  });

  test.each([
    { Url: url, Body: html, Response: { StatusCode: 404 } },
    { url, text: body, 'crawl.httpStatusCode': 404 },
    { url, text: body, 'metadata.response.status': '404', 'metadata.__proto__': 1 },
  ])('say under such a name that the page answered an error: %j', (record) => {
    expect(readAll(record)).toEqual(['statusCode: the page answered 404']);
  });
});

describe('the address of a page', () => {
  test.each([
    { id: url, title: 'Setup', content: body, tstamp: '2024-01-01' },
    { id_: url, metadata: {}, relationships: {}, text_resource: { text: body }, text: body },
    { _id: url, _source: { text: body } },
    { id: url, permalink: '/setup', text: body },
    { id: 'https://a.example/?p=1', link: url, text: body },
    { id: 'https://a.example/?p=1', metadata: { source: url }, page_content: body },
    { id: 7, permalink: url, text: body },
    { url: '/setup', sourceURL: url, text: body },
    { content: { markdown: body, html }, metadata: { urlSource: url, statusCode: 200 } },
    { markdown: body, metadata: { title: 'Setup', 'og:url': url } },
    { metadata: { canonicalUrl: 'none', ogUrl: url }, html_content: html },
    { canonical: true, web_url: url, markdown_content: body },
    { link: url, og_url: 'https://docs.example.org/', page_html: html },
    { url, excerpts: ['Install'], full_content: body },
  ])('is found where nothing else is one: %j', (record) => {
    expect(parseDocument(record)).toMatchObject({ url, text: body });
  });

  test.each([{ url: '/setup' }, { id: 'docs/setup' }])('is no part of one: %j', (fields) => {
    expect(readAll({ ...fields, source: 'https', text: body })).toEqual([
      expect.stringMatching(/^url: is /),
    ]);
  });

  test('is not that of the site where the page has a relative one', () => {
    expect(readAll({ url: '/setup', source: 'https://docs.example.org/', text: body })).toEqual([
      'url: is no http, https or file URL',
    ]);
  });
});

describe('a source', () => {
  test.each<[unknown, string | null]>([
    [{ id: null, name: 'A newspaper' }, null],
    [`https://a.example/${'x'.repeat(200)}`, null],
    [url, null],
    ['https://a.example/', 'https://a.example/'],
    ['team:nightly', 'team:nightly'],
  ])('that is no name is left out: %j', (source, expected) => {
    expect(parseDocument({ url, source, text: body }).source).toBe(expected);
  });

  test('that is a long text is refused', () => {
    expect(readAll({ url, source: 'x'.repeat(201), text: body })).toEqual([
      'source: is longer than 200 characters',
    ]);
  });
});

describe('pages of WordPress', () => {
  const post = {
    id: 1,
    link: url,
    guid: { rendered: 'https://docs.example.org/?p=1' },
    title: { rendered: 'Set up &amp; run &#8211; now' },
    content: { rendered: html, protected: false },
    excerpt: { rendered: '<p>How to &hellip;</p>\n' },
    status: 'publish',
  };

  test('are read from what it rendered', () => {
    expect(readAll([post, { ...post, content: { raw: '<!-- wp:a -->', rendered: html } }])).toEqual(
      Array.from({ length: 2 }, () =>
        expect.objectContaining({
          url,
          title: 'Set up & run – now',
          description: 'How to …',
          text: body,
        }),
      ),
    );
  });

  test('that are protected have no text', () => {
    expect(readAll({ ...post, content: { rendered: '', protected: true } })).toEqual([
      expect.stringContaining('has no text'),
    ]);
  });
});

describe('several pages', () => {
  const page = { url, text: body };
  const second = { url: `${url}/b`, text: 'Other' };
  const both = [page, second].map((one) => expect.objectContaining(one));

  test.each([
    ['Ghost', { posts: [{ url, html }, second], meta: { pagination: {} } }],
    ['Zendesk', { articles: [{ html_url: url, url, body: html }, second], count: 2 }],
    ['WordPress or Ghost, of two kinds', { pages: [page], posts: [second], meta: {} }],
    ['a crawler, one by one', { result: page, items: [second], count: 2 }],
    [
      'a list of answers',
      [
        { success: true, data: [page] },
        { data: [second], status: 'ok' },
      ],
    ],
    [
      'a list of single answers',
      [
        { success: true, data: page },
        { id: 1, result: second },
      ],
    ],
    ['Miniflux', { total: 2, entries: [{ id: 1, url, content: html, feed: {} }, second] }],
    ['Exa, one within another', { results: [{ ...page, subpages: [second] }] }],
    ['Exa, without its answer', { ...page, subpages: [second, { url, title: 'A link' }] }],
    ['Exa, in a list', [{ ...page, subpages: [second] }]],
    ['a dictionary by address', { [url]: body, [`${url}/b`]: { text: 'Other' } }],
    [
      'a crawler with links beside them',
      { pages: [page, second], items: [{ href: url, text: 'Setup' }] },
    ],
    ['an answer with such a one', { pages: { [url]: { html }, [`${url}/b`]: 'Other' } }],
  ])('are taken out of what is saved by %s', (_source, value) => {
    expect(readAll(value)).toEqual(both);
  });

  test.each([
    { ...page, posts: [second], articles: [second] },
    { ...page, subpages: [{ url: `${url}/b`, title: 'A link' }, `${url}/c`] },
    { ...page, 'https://a.example/': second },
  ])('are none in the fields of a page: %j', (record) => {
    expect(listRecords(record)).toBeUndefined();
    expect(readAll(record)).toMatchObject([page]);
  });

  test('of which one is empty lose that alone, and say so', () => {
    expect(readAll({ [url]: body, [`${url}/b`]: null })).toEqual([
      expect.objectContaining(page),
      expect.stringContaining('has no text'),
    ]);
  });
});
