import { expect, test } from 'vitest';

import { byBestChunk } from '../../../../bench/ranking/measure.ts';
import { PlainIndex } from '../../../../bench/ranking/plain.ts';

const chunk = (url: string, title: string, text: string, headings: readonly string[] = []) => ({
  url,
  title,
  text,
  headings,
});

test('the plain form searches title, headings and text by stem, with any word and any sign', () => {
  using index = new PlainIndex([
    chunk('a', 'Wings', 'lift and drag'),
    chunk('b', 'Other', 'nothing here', ['Running engines']),
    chunk('c', 'Third', 'the wing AND the engine'),
    chunk('c', 'Third', 'wing wing wing'),
  ]);
  const find = byBestChunk((query, limit) => index.search(query, limit));
  expect(find('wing "engine" NEAR(', 10)).toEqual(expect.arrayContaining(['a', 'b', 'c']));
  expect(find('wing', 10)).toHaveLength(2);
  expect(find('run', 10)).toEqual(['b']);
  expect(find('"', 10)).toEqual([]);
});
