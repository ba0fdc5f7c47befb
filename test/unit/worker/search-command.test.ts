import { expect, test } from 'vitest';

import { filtersOf } from '../../../worker/commands/search.ts';

test('filters are asked for as documents are stored, however they are typed', () => {
  expect(
    filtersOf({ domain: 'Docs.Example.ORG', language: 'EN', country: 'de', mobile: false }),
  ).toEqual({ domain: 'docs.example.org', language: 'en', country: 'DE', isMobile: false });
});
test('what is not asked for does not filter', () => {
  expect(Object.values(filtersOf({}))).toEqual([undefined, undefined, undefined, undefined]);
});
