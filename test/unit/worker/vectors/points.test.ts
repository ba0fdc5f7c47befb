import { expect, test } from 'vitest';

import { buildFilter } from '../../../../worker/vectors/points.ts';

test('a filter of vectors matches the values of documents, and each that means the same', () => {
  const filters = { domain: 'a.example', language: undefined, isMobile: false };
  expect(buildFilter(filters)).toEqual([
    { key: 'domain', match: { value: 'a.example' } },
    { key: 'isMobile', match: { value: false } },
  ]);
  expect(buildFilter({ language: 'de' })).toEqual([{ key: 'language', match: { value: 'de' } }]);
  expect(buildFilter({ language: 'nn' })).toEqual([
    { key: 'language', match: { any: ['nn', 'no'] } },
  ]);
  expect(buildFilter({ country: 'GB' })).toEqual([
    { key: 'country', match: { any: ['GB', 'UK'] } },
  ]);
});
