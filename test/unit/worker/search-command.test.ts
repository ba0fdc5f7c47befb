import { expect, test } from 'vitest';

import { parseFilters } from '../../../worker/commands/search.ts';

test('search filters are normalized like stored documents, however they are typed', () => {
  expect(
    parseFilters({ domain: 'Docs.Example.ORG', language: 'EN', country: 'de', mobile: false }),
  ).toEqual({ domain: 'docs.example.org', language: 'en', country: 'DE', isMobile: false });
});
test('a search without filter options filters nothing', () => {
  expect(Object.values(parseFilters({}))).toEqual([undefined, undefined, undefined, undefined]);
});
