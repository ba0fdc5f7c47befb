import { describe, expect, test } from 'vitest';

import { listRecords } from '../../../../worker/documents/crawler-answer.ts';
import { parseDocument } from '../../../../worker/documents/document.ts';
import type { Document } from '../../../../worker/documents/document.ts';

const url = 'https://docs.example.org/setup';
const body = '# Setup\n\nInstall it first.';
const html = '<html lang="de"><title>Setup</title><h1>Setup</h1><p>Install it first.</p></html>';

const problemOf = (fields: object): string => {
  try {
    return `accepted: ${parseDocument({ url, ...fields }).text}`;
  } catch (error) {
    expect(error).toMatchObject({ name: 'PulseError', code: 'DOCUMENT_INVALID', kind: 'final' });
    return (error as Error).message;
  }
};

describe('the text of a search of Tavily', () => {
  test.each<[string, object, Partial<Document>]>([
    ['the whole page before a part of it', { content: 'Install', raw_content: body }, {}],
    ['the whole page of HTML', { content: 'Install', raw_content: html }, { title: 'Setup' }],
    ['the part where the page is null', { content: body, raw_content: null }, {}],
    ['the part where the page is blank', { content: body, raw_content: ' \n' }, {}],
    ['its Markdown before both', { markdown: body, content: 'a', raw_content: 'b' }, {}],
  ])('is %s', (_choice, fields, expected) => {
    expect(parseDocument({ url, ...fields })).toMatchObject({ text: body, ...expected });
  });
});

describe('a page that answered an error', () => {
  test.each([
    [404, { status: 'HTTP/1.1 404 Not Found' }],
    [404, { status: 'HTTP/2 404' }],
    [404, { status: 'HTTP 404' }],
    [403, { status: 'HTTP403' }],
    [500, { status: '500: Internal Server Error' }],
    [502, { status: 'Error 502 (Bad Gateway)' }],
    [404, { http_code: 404 }],
    [404, { httpCode: '404' }],
    [410, { response_status: 410 }],
    [503, { responseStatus: 503 }],
    [404, { StatusCode: 404 }],
    [404, { Status: '404' }],
    [404, { 'http-status': 404 }],
    [404, { meta: { status: 404 } }],
    [500, { metadata: { response: { status: 500 } } }],
    [404, { meta: { response: [{ status_code: 404 }] } }],
  ])('%i is refused with that, as %j', (status, fields) => {
    expect(problemOf({ markdown: '# Oops', ...fields })).toBe(
      `statusCode: the page answered ${status}`,
    );
  });

  test.each([
    { status: 'HTTP/1.1 200 OK', error: 'one picture was not loaded' },
    { status: 'HTTP 404th page' },
    { status: '4040' },
    { status: '500-page book' },
    { meta: { status: 'published', depth: 404 } },
    { metadata: { response: { status: 200 } } },
    { http_code: null, httpCode: 0 },
    { metadata: { metadata: { metadata: { status: 404 } } } },
  ])('is not meant by %j', (fields) => {
    expect(problemOf({ markdown: body, ...fields })).toBe(`accepted: ${body}`);
  });
});

test('a page whose status is megabytes of words is taken in', () => {
  const status = 'code'.repeat(7_500_000);
  expect(parseDocument({ url: 'https://a.example/', text: 'Text', status }).text).toBe('Text');
});

describe('the address of a page', () => {
  const api = 'https://api.github.com/repos/a/b/issues/1';

  test.each([
    { url: api, html_url: url, title: 'Setup', body },
    { url: 'https://git.example.org/api/v1/repos/a/b', html_url: url, body },
    { url: 'https://ghe.example.org/api/v3/repos/a/b', html_url: url, body },
    { url, html_url: 'https://store.example.org/setup.html', body },
    { url, html_url: api, body },
    { html_url: url, url: [api], body },
  ])('is that for a browser where another is one of an API: %j', (record) => {
    expect(parseDocument(record).url).toBe(url);
  });

  test.each([
    { url: api, body },
    { url: api, html_url: null, body },
    { url: api, html_url: 'x', body },
  ])('is that of an API where there is no other: %j', (record) => {
    expect(parseDocument(record).url).toBe(api);
  });
});

describe('a word for nothing', () => {
  test.each([
    { markdown: body, error: 'None' },
    { markdown: body, error: ' null ', metadata: { error: 'NaN', pageError: 'undefined' } },
    { markdown: body, success: 'None', error_message: ['None'] },
    { markdown: 'None', html },
    { markdown: { raw_markdown: 'null', fit_markdown: body } },
    { markdown: 'nan', html: 'undefined', text: body },
    { markdown: ['None'], content: 'NULL', raw_content: body },
    { markdown: 'None', raw_markdown: body },
  ])('counts as absent in the page and as its error: %j', (fields) => {
    expect(problemOf(fields)).toBe(`accepted: ${body}`);
  });

  test.each(['None of it', '# None', 'nullable', 'None\n\nNone'])(
    'is not meant by %j, which has more',
    (text) => {
      expect(problemOf({ text })).toBe(`accepted: ${text}`);
      expect(problemOf({ text, error: text })).toContain('did not get the page: ');
    },
  );

  test('counts as absent in the fields of the page, but for its title', () => {
    const none = { language: 'None', country: 'null', isMobile: ['NaN'], source: 'undefined' };
    expect(parseDocument({ url, text: body, title: 'null', ...none })).toMatchObject({
      title: 'null',
      language: null,
      country: null,
      isMobile: null,
      source: null,
    });
    const named = { language: 'None', metadata: { language: 'de' } };
    expect(parseDocument({ url, text: body, ...named }).language).toBe('de');
    expect(parseDocument({ url, text: body, language: 'nan' }).language).toBe('nan');
    expect(problemOf({ text: body, language: 'English' })).toMatch(/^language: is no language/);
  });

  test.each([{ text: 'None' }, { markdown: 'null', html: 'NaN', text: '' }])(
    'is no page when it is all: %j',
    (fields) => {
      expect(problemOf(fields)).toMatch(/has no text/);
    },
  );
});

describe('a text in a part of the record', () => {
  test.each<[string, object, Partial<Document>]>([
    ['the answer', { request: { url }, response: { url, status: 200, body: html } }, { url }],
    ['the metadata, as Markdown', { url, markdown: null, metadata: { markdown: body } }, {}],
    ['the metadata, as text', { url, metadata: { text: body } }, {}],
    ['the metadata in a list', { url, html: ' ', metadata: [{ html }] }, { language: 'de' }],
    ['the answer within the metadata', { url, metadata: { response: { body } } }, {}],
    [
      'the article of Zyte',
      { url, article: { headline: 'How', articleBody: body, inLanguage: 'en' } },
      { title: 'How', language: 'en' },
    ],
    ['nothing that is seen before', { url, text: 'None', crawl: { text: '' }, meta: { html } }, {}],
    ['the record, where it has some', { url, text: body, metadata: { markdown: 'Other' } }, {}],
    ['a form that is a text', { url, metadata: { html: { a: 1 }, text: body } }, {}],
  ])('is read from %s', (_place, record, expected) => {
    expect(parseDocument(record)).toMatchObject({ text: body, ...expected });
  });

  test.each([
    [{ markdown: { a: 1 }, metadata: { text: body } }, /^markdown: Invalid input/],
    [{ metadata: { text: { a: 1 } } }, /has no text/],
    [{ searchResult: { text: 'A part of it' } }, /has no text/],
    [{ metadata: { text: body, statusCode: 404 } }, /the page answered 404/],
  ])('hides no fault: %j', (fields, problem) => {
    expect(problemOf(fields)).toMatch(problem);
  });

  test('makes the record a page, and none of an answer', () => {
    const page = { url, response: { body }, data: { views: 3 } };
    expect(listRecords(page)).toBeUndefined();
    expect(parseDocument(page).text).toBe(body);
    const answer = { status: 'completed', data: [page, page], metadata: { cost: 1 } };
    expect(listRecords(answer)).toEqual([page, page]);
  });
});

describe('a title or description over its limit', () => {
  const long = 'Setup, '.repeat(3_000);

  test.each<object>([
    { metadata: { title: long, description: long } },
    { title: null, description: ' ', metadata: { ogTitle: [long], 'og:description': long } },
    { pageTitle: long, excerpt: long },
    { article: { headline: long }, searchResult: { description: long } },
  ])('is cut where the page has none in its own field, as %#', (fields) => {
    const { title, description } = parseDocument({ url, text: body, ...fields });
    expect([title, description]).toEqual(
      [2_000, 10_000].map((limit) => long.slice(0, limit).trim()),
    );
  });

  test.each([
    [{ title: long }, 'title: is longer than 2,000 characters'],
    [{ description: long, metadata: { description: 'How' } }, 'description: is longer than 10,000'],
  ])('is refused in its own field, as %#', (fields, problem) => {
    expect(problemOf({ text: body, ...fields })).toContain(problem);
  });
});

describe('the address in what a crawler asked for', () => {
  const response = { status_code: 200, body: html };
  test.each([
    ['Katana', { request: { method: 'GET', endpoint: url }, response }, url],
    ['a request with a URL', { request: { url }, response }, url],
    [
      'a response that was moved',
      { request: { url }, response: { ...response, url: `${url}/b` } },
      `${url}/b`,
    ],
    ['a record that has its own', { url: `${url}/c`, request: { url }, response }, `${url}/c`],
  ])('is that of the page: %s', (_crawler, record, expected) => {
    expect(parseDocument(record)).toMatchObject({ url: expected, title: 'Setup', text: body });
  });
});
