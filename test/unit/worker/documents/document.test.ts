import { describe, expect, test } from 'vitest';

import { parseDocument } from '../../../../worker/documents/document.ts';

const page = { url: 'https://example.com/a', markdown: '# A\n\ntext' };
const problemOf = (value: unknown): string => {
  try {
    return `accepted: ${parseDocument(value).url}`;
  } catch (error) {
    expect(error).toMatchObject({ name: 'PulseError', code: 'DOCUMENT_INVALID', kind: 'final' });
    return (error as Error).message;
  }
};

describe('a document', () => {
  test('has its canonical URL and its cleaned text, and nothing invented', () => {
    expect(parseDocument({ url: 'HTTPS://Example.com/a#b', text: 'a\u0000b  ' })).toEqual({
      url: 'https://example.com/a',
      title: '',
      description: '',
      language: null,
      country: null,
      isMobile: null,
      text: 'ab',
      source: null,
      crawlId: null,
      contentHash: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  test('keeps its language and country in the form that filters use', () => {
    expect(
      parseDocument({ ...page, language: 'en-US', country: 'de', isMobile: true }),
    ).toMatchObject({ language: 'en', country: 'DE', isMobile: true });
    expect(parseDocument({ ...page, language: '', country: null })).toMatchObject({
      language: null,
      country: null,
    });
  });

  test('takes its text from Markdown, or else from HTML, or else from plain text', () => {
    expect(
      parseDocument({ ...page, markdown: '', html: '<p>from HTML</p>', text: 'plain' }).text,
    ).toBe('from HTML');
    expect(parseDocument({ ...page, html: '<p>from HTML</p>' }).text).toBe(page.markdown);
  });

  test('takes from its HTML the fields that are not given separately', () => {
    const html = '<html lang=fr><title>Titre</title><meta name=description content=Ici><p>texte';
    expect(parseDocument({ url: page.url, html })).toMatchObject({
      title: 'Titre',
      description: 'Ici',
      language: 'fr',
      text: 'texte',
    });
    expect(parseDocument({ url: page.url, html, title: 'Mine', language: 'de' })).toMatchObject({
      title: 'Mine',
      language: 'de',
    });
  });

  test('has a title of one line', () => {
    expect(parseDocument({ ...page, title: '\n  Page\r\n\t| Site\n' }).title).toBe('Page | Site');
  });

  test('can be read from the result of a crawler', () => {
    const metadata = {
      sourceURL: 'https://example.com/b',
      title: ['B', 'again'],
      description: 'about',
      language: 'no language',
      statusCode: 200,
    };
    expect(parseDocument({ markdown: 'text', metadata })).toMatchObject({
      url: 'https://example.com/b',
      title: 'B',
      description: 'about',
      language: null,
    });
  });

  test('that another crawl finds again has the same content', () => {
    const again = parseDocument({ ...page, source: 'crawl', crawlId: 'c-2' });
    expect(again).toMatchObject({
      source: 'crawl',
      crawlId: 'c-2',
      contentHash: parseDocument(page).contentHash,
    });
    expect(parseDocument({ ...page, title: 'new' }).contentHash).not.toBe(again.contentHash);
  });

  test('is refused with all its faults in one report', () => {
    expect(
      problemOf({
        url: 'nowhere',
        title: { de: 'Titel' },
        language: 'English',
        country: 'Germany',
        isMobile: 'perhaps',
      }).split('; '),
    ).toEqual([
      'url: is no http, https or file URL',
      expect.stringMatching(/^title: .*string/),
      'language: is no language tag such as en or de-CH',
      'country: is no two-letter country code such as DE',
      expect.stringMatching(/^isMobile: /),
      'document: has no text: one of markdown, html or text must have some',
    ]);
  });

  test.each([
    ['a string', 'text', /^document: Invalid input: expected object, received string$/],
    ['null', null, /^document: Invalid input: expected object, received null$/],
    ['a list', [], /^document: Invalid input: expected object, received array$/],
    ['an empty object', {}, /^url: is missing; document: has no text: [^;]*$/],
    ['without a URL', { text: 'text' }, /^url: is missing among text$/],
    ['with a URL that is null', { url: null, text: 'text' }, /^url: /],
    [
      'blanks only',
      { ...page, markdown: ' \n\u0000\u200B' },
      /has no text that a reader would see/,
    ],
    [
      'HTML without text',
      { url: page.url, html: '<script>x</script>' },
      /has no text that a reader would see/,
    ],
    [
      'a picture',
      {
        ...page,
        markdown: Buffer.from(
          Array.from({ length: 999 }, (_, index) => (index * 89) % 256),
        ).toString(),
      },
      /is no text, but binary data/,
    ],
    [
      'a hundred megabytes long',
      { ...page, markdown: 'x'.repeat(100_000_000) },
      /^markdown: is longer than 10,000,000 characters$/,
    ],
    [
      'at a URL that grows by escaping',
      { ...page, url: `https://example.com/${'é'.repeat(1_000)}` },
      /^url: is longer than 2,048 characters$/,
    ],
  ])('is refused when it is %s', (_what, value, problem) =>
    expect(problemOf(value)).toMatch(problem),
  );

  test('of 5 MB of base64 in one line is shortened to less than 100 characters', () => {
    expect(
      parseDocument({ ...page, markdown: `# Key\n\n${'QUJD'.repeat(1_250_000)}` }).text.length,
    ).toBeLessThan(100);
  });
});

test('a document that V8 gives up is refused by itself', () => {
  const fields = {
    url: 'https://a.example/',
    get text(): string {
      throw new RangeError('Maximum call stack size exceeded');
    },
  };
  expect(() => parseDocument(fields)).toThrow(
    expect.objectContaining({
      code: 'DOCUMENT_INVALID',
      kind: 'final',
      message: 'document: is too long or has too many levels to be read',
    }),
  );
});
