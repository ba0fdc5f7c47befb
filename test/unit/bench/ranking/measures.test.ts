import { describe, expect, test } from 'vitest';

import { mean, ndcg, percentile, recall } from '../../../../bench/ranking/measures.ts';

const gains = new Map([
  ['a', 4],
  ['b', 2],
  ['c', 0],
]);

describe('nDCG', () => {
  test('is 1 for the ideal order and 0 where nothing relevant is found', () => {
    expect(ndcg(['a', 'b', 'c', 'd'], gains)).toBe(1);
    expect(ndcg(['c', 'd'], gains)).toBe(0);
    expect(ndcg([], gains)).toBe(0);
  });

  test('divides each gain by the logarithm of its rank', () => {
    const ideal = 4 + 2 / Math.log2(3);
    expect(ndcg(['x', 'b', 'a'], gains)).toBeCloseTo((2 / Math.log2(3) + 4 / 2) / ideal, 12);
  });

  test('looks no further than its depth, in the answer and in the ideal order', () => {
    const many = new Map(Array.from({ length: 30 }, (_, index) => [`d${index}`, 1]));
    expect(ndcg([...many.keys()].slice(0, 10), many)).toBe(1);
    expect(ndcg([...Array<string>(10).fill('x'), 'a'], gains)).toBe(0);
  });
});

test('recall is the share of the documents with a gain, those with none not counted', () => {
  expect(recall(['b', 'c'], gains)).toBe(0.5);
  expect(recall(['c', 'b', 'a'], gains, 2)).toBe(0.5);
  expect(recall(['a', 'b'], gains)).toBe(1);
});

test('a percentile is a value that was measured', () => {
  expect(percentile([3, 1, 2], 0.5)).toBe(2);
  expect(
    percentile(
      Array.from({ length: 100 }, (_, index) => index + 1),
      0.95,
    ),
  ).toBe(95);
  expect(percentile([7], 0.95)).toBe(7);
  expect(mean([1, 2, 6])).toBe(3);
});
