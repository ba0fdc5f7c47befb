import { expect, test } from 'vitest';

import { measureSynthetic } from '../../../../bench/ranking/synthetic.ts';
import { ZipfText } from '../../../../bench/ranking/zipf-text.ts';

test('made-up texts have frequent words as often as natural ones, and are the same again', () => {
  const text = new ZipfText(20_000);
  expect(text.words(7, 50)).toEqual(text.words(7, 50));
  expect(text.words(7, 50)).not.toEqual(text.words(8, 50));
  const counts = new Map<string, number>();
  for (let number = 0; number < 300; number += 1)
    for (const word of text.words(number, 100)) counts.set(word, (counts.get(word) ?? 0) + 1);
  const [first = 0, second = 0, third = 0] = [...counts.values()].sort((one, other) => other - one);
  // Shares of 1 / 3.7, 1 / 4.7 and 1 / 5.7 of a sum of some 8.7.
  expect(first / 30_000).toBeCloseTo(0.031, 2);
  expect(second / 30_000).toBeCloseTo(0.024, 2);
  expect(third / 30_000).toBeCloseTo(0.02, 2);
  expect([...counts.values()].filter((count) => count === 1).length).toBeGreaterThan(2_000);
});

test('a synthetic corpus of any size is searched and its times are told', async () => {
  const rows = await measureSynthetic(23, () => undefined);
  expect(rows.map(({ measured }) => measured)).toEqual([
    'keyword search at 25 chunks, median',
    'keyword search at 25 chunks, 95 of 100',
    'keyword search at 25 chunks, longest of 500',
    'size of the index, a chunk',
  ]);
  expect(rows.every(({ is }) => /^[1-9\d][\d.,]* (?:ms|bytes)$/.test(is))).toBe(true);
});
