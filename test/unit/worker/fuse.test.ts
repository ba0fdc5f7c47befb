import { expect, test } from 'vitest';

import { best, fused } from '../../../worker/search/fuse.ts';

const hit = (url: string, score: number) => ({ url, title: url, passage: `${url} ${score}`, score });

test('a page that both legs found leads one that a single leg found', () => {
  expect(fused([[hit('a', 9), hit('b', 8)], [hit('c', 0.9), hit('b', 0.8)]]).map(({ url }) => url)[0]).toBe('b');
});
test('a leg that found nothing takes no part in the score', () => {
  expect(fused([[hit('a', 7)], []])).toMatchObject([{ url: 'a', score: 1 }]);
});
test('a page appears once, with its best passage', () => {
  expect(best([hit('a', 1), hit('b', 2), hit('a', 3)]).map(({ passage }) => passage)).toEqual(['a 3', 'b 2']);
});
