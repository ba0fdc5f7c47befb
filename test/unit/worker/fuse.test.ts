import { expect, test } from 'vitest';

import { keepBestPerDocument, fuse, keywordLeg, semanticLeg } from '../../../worker/search/fuse.ts';

const hit = (url: string, score: number) => ({
  url,
  title: url,
  passage: `${url} ${score}`,
  chunk: 0,
  score,
});

test('a page that both searches find ranks above a page that one of them finds', () => {
  expect(
    fuse([
      keywordLeg([hit('a', 9), hit('b', 8)]),
      semanticLeg([hit('c', 0.9), hit('b', 0.8), hit('a', 0.3)]),
    ]).map(({ url }) => url)[0],
  ).toBe('b');
});
test('a search without results does not lower the scores of the other search', () => {
  expect(fuse([keywordLeg([hit('a', 7), hit('b', 3.5)]), semanticLeg([])])).toMatchObject([
    { url: 'a', score: 1 },
    { url: 'b', score: 0.5 },
  ]);
});
test('scores add 0.2 x BM25 and 0.8 x cosine, each scaled from its least possible to its greatest', () => {
  const [first, second] = fuse([
    keywordLeg([hit('a', 10), hit('b', 5)]),
    semanticLeg([hit('b', 0.6), hit('a', 0.2)]),
  ]);
  expect(first).toMatchObject({ url: 'b', score: expect.closeTo(0.2 * 0.5 + 0.8, 9) });
  expect(second).toMatchObject({ url: 'a', score: expect.closeTo(0.2 + 0.8 * (1.2 / 1.6), 9) });
});
test('a page with the exact words but without vectors ranks above pages that are only similar', () => {
  const near = Array.from({ length: 20 }, (_, index) => hit(`near${index}`, 0.5 - index * 0.01));
  expect(fuse([keywordLeg([hit('exact', 12)]), semanticLeg(near)])[0]?.url).toBe('exact');
});
test('a page appears once, with its best chunk from the search that scores it higher', () => {
  expect(
    keepBestPerDocument([hit('a', 1), hit('b', 2), hit('a', 3)]).map(({ passage }) => passage),
  ).toEqual(['a 3', 'b 2']);
  expect(
    fuse([
      keywordLeg([hit('b', 9), hit('a', 1)]),
      semanticLeg([hit('a', 0.8), hit('a', 0.7)]),
    ]).find(({ url }) => url === 'a')?.passage,
  ).toBe('a 0.8');
});
test('a weight decides between words and meaning, and 1 or 0 leaves the other out of the order', () => {
  const ranked = (weight: number) =>
    fuse([
      keywordLeg([hit('words', 9), hit('both', 6)], 1 - weight),
      semanticLeg([hit('meaning', 0.9), hit('both', 0.5)], weight, [hit('words', -0.5)]),
    ]).map(({ url }) => url);
  expect(ranked(0)).toEqual(['words', 'both', 'meaning']);
  expect(ranked(0.5)).toEqual(['both', 'words', 'meaning']);
  expect(ranked(1)).toEqual(['meaning', 'both', 'words']);
});
test('a document that meaning only scored has no rank there, and counts with its own cosine', () => {
  const fused = fuse([
    keywordLeg([hit('a', 9)]),
    semanticLeg([hit('b', 0.8), hit('c', 0.7)], 0.8, [hit('a', 0.1)]),
  ]);
  expect(fused.find(({ url }) => url === 'a')).toMatchObject({
    score: expect.closeTo(0.2 + 0.8 * (1.1 / 1.8), 9),
    legs: { keyword: { rank: 1 }, semantic: { rank: null, score: 0.1 } },
  });
});
