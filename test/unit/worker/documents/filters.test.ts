import { expect, test } from 'vitest';

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
test('a search without filter options filters nothing', () => {
  expect(Object.values(normalizeFilters({}))).toEqual([undefined, undefined, undefined, undefined]);
});
