import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { parseDocument } from '../../../../worker/documents/document.ts';
import type { Document } from '../../../../worker/documents/document.ts';

const url = 'https://docs.example.org/setup';
const body = '# Setup\n\nInstall it first.';
const html = '<html lang="de"><title>Setup</title><h1>Setup</h1><p>Install it first.</p></html>';
const blankForms = { raw_markdown: '', markdown_with_citations: '', references_markdown: '' };
const problemOf = (record: unknown): string => {
  try {
    return `accepted: ${parseDocument(record).text}`;
  } catch (error) {
    expect(error).toMatchObject({ name: 'PulseError', code: 'DOCUMENT_INVALID', kind: 'final' });
    return (error as Error).message;
  }
};

describe('the record of', () => {
  test.each<[string, unknown, Partial<Document>]>([
    [
      'crawl4ai 0.9',
      {
        url,
        html,
        fit_html: '<property object at 0x7f0000000000>',
        success: true,
        cleaned_html: '<h1>Setup</h1>',
        markdown: { ...blankForms, raw_markdown: body, fit_markdown: '# Setup', fit_html: '' },
        extracted_content: null,
        metadata: { title: 'Setup', description: null, keywords: null, 'og:description': 'How' },
        error_message: '',
        status_code: 301,
        redirected_url: url,
        redirected_status_code: 200,
      },
      { text: body, title: 'Setup', description: 'How' },
    ],
    [
      'crawl4ai 0.9 without a filter, of which only a part was kept',
      { url, markdown: { ...blankForms, fit_markdown: body }, success: true },
      { text: body },
    ],
    [
      'crawl4ai that could not make Markdown',
      {
        url,
        html,
        success: true,
        markdown: { ...blankForms, raw_markdown: 'Error in markdown generation: no parser' },
      },
      { text: body, title: 'Setup', language: 'de' },
    ],
    [
      'crawl4ai 0.4',
      { url, markdown: null, markdown_v2: { raw_markdown: body }, success: true },
      { text: body },
    ],
    [
      'Firecrawl 1',
      {
        markdown: body,
        title: null,
        metadata: { title: ['Setup', 'again'], sourceURL: url, statusCode: 200, language: 'en-GB' },
      },
      { url, text: body, title: 'Setup', language: 'en' },
    ],
    [
      'Firecrawl 2, a scrape as it was answered',
      {
        success: true,
        data: {
          markdown: ' \n ',
          rawHtml: html,
          warning: 'slow',
          metadata: { url, statusCode: '200', error: null, ogTitle: 'Setup' },
        },
      },
      { url, text: body, title: 'Setup' },
    ],
    [
      'Firecrawl 0',
      {
        content: body,
        metadata: { sourceURL: url, pageStatusCode: 200, pageError: '' },
      },
      { url, text: body },
    ],
    [
      'the Website Content Crawler of Apify',
      {
        url: [url],
        crawl: { loadedUrl: `${url}?a`, httpStatusCode: 200, depth: 1 },
        metadata: { title: 'Setup', languageCode: 'de', description: 2024 },
        text: 'Setup. Install it first.',
        html: null,
        markdown: body,
      },
      { url, text: body, title: 'Setup', language: 'de', description: '2024' },
    ],
    [
      'a spider of Scrapy',
      { url: [url], status: [200], title: ['Setup'], text: ['Setup', 'Install it first.'] },
      { url, title: 'Setup', text: 'Setup\n\nInstall it first.' },
    ],
    [
      'a spider of Scrapy that keeps the answer',
      { url, status: 200, body: html },
      { url, title: 'Setup', text: body },
    ],
    [
      'trafilatura',
      {
        title: 'Setup',
        author: null,
        hostname: 'docs.example.org',
        source: url,
        'source-hostname': 'Example',
        excerpt: 'How',
        language: null,
        raw_text: 'Setup Install it first.',
        text: 'Setup\nInstall it first.',
      },
      { url, title: 'Setup', description: 'How', text: 'Setup\nInstall it first.', source: null },
    ],
    [
      'Jina Reader',
      { code: 200, status: 20_000, data: { url, title: 'Setup', content: body, warning: '' } },
      { url, title: 'Setup', text: body },
    ],
    ['Tavily', { url, raw_content: body, images: [] }, { url, text: body }],
    [
      'LangChain in its own form',
      { lc: 1, type: 'constructor', kwargs: { page_content: body, metadata: { source: url } } },
      { url, text: body },
    ],
    [
      'LlamaIndex',
      { id_: 'a', metadata: { url }, text_resource: { text: body, mimetype: null } },
      { url, text: body },
    ],
    ['Zyte', { url, statusCode: 200, browserHtml: html }, { url, title: 'Setup', text: body }],
    [
      'a feed of JSON',
      { id: '1', url, title: 'Setup', content_html: '<h1>Setup</h1><p>Install it first.</p>' },
      { url, title: 'Setup', text: body },
    ],
    [
      'the Cheerio scraper of Apify',
      {
        url,
        pageTitle: 'Setup',
        pageContent: body,
        '#debug': { statusCode: 200 },
        '#error': false,
      },
      { url, title: 'Setup', text: body },
    ],
    [
      'Readability',
      { url, title: 'Setup', content: '<div><p>Install it first.</p></div>', lang: 'de' },
      { title: 'Setup', text: 'Install it first.', language: 'de' },
    ],
    [
      'LangChain',
      { page_content: body, metadata: { source: url, title: 'Setup', language: 'No language' } },
      { url, title: 'Setup', text: body, language: null },
    ],
    [
      'Spider with several forms',
      { url, status: 200, error: null, content: { raw: html, markdown: body } },
      { url, text: body },
    ],
    ['a number as its title', { url, title: 2024, text: body }, { title: '2024' }],
    ['flags as text', { url, text: body, isMobile: 'True' }, { isMobile: true }],
    ['flags as numbers', { url, text: body, isMobile: 0 }, { isMobile: false }],
    ['flags as words', { url, text: body, isMobile: 'No' }, { isMobile: false }],
    ['flags in a list', { url, text: body, isMobile: ['false'] }, { isMobile: false }],
    [
      'null in every field of its own',
      {
        url: null,
        title: null,
        description: '',
        language: ' ',
        country: null,
        isMobile: '',
        text: null,
        markdown: [body],
        metadata: [{ url, title: 'Setup', description: 'How', language: 'de' }],
      },
      { url, title: 'Setup', description: 'How', language: 'de', country: null, isMobile: null },
    ],
    [
      'HTML that shows nothing beside text',
      { url, markdown: '\u200B', html: '<script>1</script>', text: body },
      { text: body },
    ],
  ])('%s is read for what it means', (_crawler, record, expected) => {
    expect(parseDocument(record)).toMatchObject(expected);
  });
});

describe('a page that the crawler did not get', () => {
  test.each([
    [404, { metadata: { statusCode: 404 } }],
    [500, { metadata: { statusCode: ['500'] } }],
    [403, { status_code: 403, success: true }],
    [503, { status_code: 302, redirected_url: url, redirected_status_code: 503 }],
    [429, { crawl: { httpStatusCode: 429 } }],
    [410, { status: '410 Gone' }],
    [502, { metadata: { pageStatusCode: 502, pageError: 'Bad Gateway' } }],
    [500, { '#error': true, '#debug': { statusCode: 500 } }],
    [404, { response: { status: 404 } }],
    [301, { status: 301 }],
    [404, { code: 200, warning: 'Target URL returned error 404: Not Found' }],
  ])('because it answered %i is refused with its status', (status, fields) => {
    expect(problemOf({ url, markdown: '# Not found', ...fields })).toBe(
      `statusCode: the page answered ${status}`,
    );
  });

  test.each([
    [
      { success: false, error_message: 'Page.goto:\n net::ERR_NAME_NOT_RESOLVED' },
      'Page.goto: net::ERR_NAME_NOT_RESOLVED',
    ],
    [{ success: false, error: 'Rate limit', data: [] }, 'Rate limit'],
    [{ success: 'false', error: 'SCRAPE_TIMEOUT' }, 'SCRAPE_TIMEOUT'],
    [{ metadata: { error: 'Forbidden' } }, 'Forbidden'],
    [{ data: null, code: 422, status: 42206, readableMessage: 'Failed to go' }, 'Failed to go'],
    [{ '#error': true, '#debug': { errorMessages: ['Error: gone'] } }, 'Error: gone'],
  ])('for another reason is refused with that: %j', (fields, reason) => {
    expect(problemOf({ url, markdown: 'Oops', ...fields })).toBe(
      `document: the crawler did not get the page: ${reason}`,
    );
  });

  test.each([
    { status: 'completed' },
    { status: 20_000 },
    { statusCode: 200, error: 'one picture was not loaded' },
    { success: true, status_code: 301 },
    { statusCode: null, success: null, error: false },
    { status: 304, redirectedUrl: url },
  ])('is not meant by %j', (fields) => {
    expect(problemOf({ url, markdown: body, ...fields })).toBe(`accepted: ${body}`);
  });
});

test.each([
  [{ success: false, error: 'Rate limit', data: {} }, /did not get the page: Rate limit$/],
  [{ success: true, data: [] }, /the crawler's answer holds no page$/],
  [{ status: 'scraping', total: 9, results: [] }, /the crawler's answer holds no page$/],
  [{ pages: [] }, /the crawler's answer holds no page$/],
  [{ success: true, links: [url] }, /the crawler's answer holds no page$/],
])('an answer without a page is refused as that: %j', (answer, problem) => {
  expect(problemOf(answer)).toMatch(problem);
});

test('a page is not taken for an answer because it has data of its own', () => {
  const record = { content: body, metadata: { sourceURL: url }, data: { views: 3 } };
  expect(problemOf(record)).toBe(`accepted: ${body}`);
});

describe('any record', () => {
  test('is read, or refused with its faults, whatever its fields hold', () => {
    const value = fc.oneof(
      fc.constantFrom(null, '', ' ', url, body, html, 404, true, 'false', 200),
      fc.jsonValue({ maxDepth: 2 }),
    );
    const field = fc.constantFrom('url', 'title', 'markdown', 'html', 'text', 'content', 'data');
    const record = fc.dictionary(
      fc.oneof(field, fc.constantFrom('metadata', 'status', 'language', 'isMobile', 'success')),
      value,
    );
    fc.assert(
      fc.property(record, (fields) => {
        expect(problemOf(fields)).toMatch(/^\w+: /);
      }),
    );
  });

  test('keeps the text of every field of its own that a reader can see', () => {
    const text = fc.constantFrom(undefined, null, '', ' ', [], [''], 'seen', ['seen'], { a: 1 });
    fc.assert(
      fc.property(text, text, text, (markdown, page, plain) => {
        const given = [markdown, page, plain].flat();
        fc.pre(given.includes('seen') && !given.some((part) => Object(part) === part));
        expect(parseDocument({ url, markdown, html: page, text: plain }).text).toBe('seen');
      }),
    );
  });
});
