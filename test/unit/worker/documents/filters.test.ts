import { expect, test } from 'vitest';

import { canonicalizeUrl } from '../../../../worker/documents/canonical-url.ts';
import { parseDocument } from '../../../../worker/documents/document.ts';
import { normalizeFilters } from '../../../../worker/documents/filters.ts';

test('search filters are normalized like stored documents, however they are typed', () => {
  expect(
    normalizeFilters({
      domain: 'Docs.Example.ORG',
      language: 'EN',
      country: 'de',
      isMobile: false,
    }),
  ).toEqual({ domain: 'docs.example.org', language: 'en', country: 'DE', isMobile: false });
});
test.each([
  [{ domain: 'https://bücher.example/' }, { domain: 'xn--bcher-kva.example' }],
  [{ domain: 'bücher.example:443' }, { domain: 'xn--bcher-kva.example' }],
  [{ domain: 'Docs.Example.ORG.' }, { domain: 'docs.example.org' }],
  [{ language: 'en-US' }, { language: 'en' }],
  [{ language: 'de_AT.UTF-8' }, { language: 'de' }],
  [{ language: 'zh-Hant-TW' }, { language: 'zh' }],
  [{ language: 'ENG' }, { language: 'en' }],
  [{ language: 'iw' }, { language: 'he' }],
  [{ country: ' ch ' }, { country: 'CH' }],
])('the filter %j finds the documents that came in with the same value', (typed, stored) => {
  expect(normalizeFilters(typed)).toMatchObject(stored);
  const [name = '', text = ''] = Object.entries(typed)[0] ?? [];
  const url = name === 'domain' ? canonicalizeUrl(text) : undefined;
  const page = { url: url ?? 'https://bücher.example/', text: 'granite', [name]: text };
  const { language, country, url: kept } = parseDocument(page);
  expect({ language, country, domain: new URL(kept).hostname }).toMatchObject(
    url === undefined && name === 'domain' ? {} : stored,
  );
});

test.each([{ domain: 'a.example/b' }, { language: 'English' }, { country: 'Germany' }])(
  'the filter %j is refused with what is expected',
  (typed) => expect(() => normalizeFilters(typed)).toThrow(/is no .* such as/),
);

test.each(['en,de', 'en, de', 'en;q=0.9', 'de-CH;de', 'en,', ',en', ';'])(
  'the filter %j is refused, though a page that says so has its first language',
  (language) => {
    expect(() => normalizeFilters({ language })).toThrow(/; it is one language$/);
    const page = { url: 'https://a.example/', text: 'granite' };
    if (/^[a-z]/.test(language))
      expect(parseDocument({ ...page, language }).language).toBe(language.slice(0, 2));
  },
);

test.each([{ domain: 'a.example,b.example' }, { country: 'DE,AT' }, { country: 'DE;AT' }])(
  'the filter %j is refused, as several in one',
  (typed) => expect(() => normalizeFilters(typed)).toThrow(/is no .* such as/),
);

test('a search without filter options filters nothing', () => {
  expect(Object.values(normalizeFilters({}))).toEqual([undefined, undefined, undefined, undefined]);
});
