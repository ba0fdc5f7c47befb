import { describe, expect, test } from 'vitest';

import { describeDifference, goldenSentences } from '../../../../worker/embeddings/golden.ts';

const vectors = goldenSentences.map((_, index) => [1, index + 1, 2, 0.5]);
const golden = {
  revision: 'model@1',
  vectors: new Map(
    goldenSentences.map((sentence, index) => [sentence, vectors[index] as number[]]),
  ),
};
const withLast = (vector: number[]) => [...vectors.slice(0, -1), vector];

describe('the vectors of the local TEI', () => {
  test('are accepted when only their last digits differ', () => {
    expect(
      describeDifference(
        golden,
        vectors.map((vector) => vector.map((number) => number * 1.0005 + 0.0003)),
      ),
    ).toBeUndefined();
  });

  test.each([
    ['one points in another direction', [2, 1, 8, 0.5]],
    ['one has other dimensions', [1, 7]],
    ['one has only zeros', [0, 0, 0, 0]],
    ['one is not finite', [NaN, 7, 2, 0.5]],
  ])('are refused with the sentence when %s', (_, vector) => {
    expect(describeDifference(golden, withLast(vector))).toContain(
      (goldenSentences.at(-1) as string).slice(0, 20),
    );
  });

  test('are refused when one is missing', () =>
    expect(describeDifference(golden, vectors.slice(0, -1))).toContain('cosine'));
});
