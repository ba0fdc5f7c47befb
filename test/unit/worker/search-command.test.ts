import { expect, test } from 'vitest';

import { parseFilters } from '../../../worker/commands/search.ts';

test('filters are asked for as documents are stored, however they are typed', () => {
  expect(
    parseFilters({ domain: 'Docs.Example.ORG', language: 'EN', country: 'de', mobile: false }),
  ).toEqual({ domain: 'docs.example.org', language: 'en', country: 'DE', isMobile: false });
});
test('what is not asked for does not filter', () => {
  expect(Object.values(parseFilters({}))).toEqual([undefined, undefined, undefined, undefined]);
});
