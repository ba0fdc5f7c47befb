import { expect, test, vi } from 'vitest';

import type { Reranker } from '../../../../worker/embeddings/reranker.ts';
import { PulseError } from '../../../../worker/errors.ts';
import type { Hit } from '../../../../worker/search/fuse.ts';
import { search } from '../../../../worker/search/search.ts';
import type { SearchDependencies } from '../../../../worker/search/search.ts';

const hit = (url: string, score: number, chunk = 0): Hit => ({
  url,
  title: url,
  passage: `${url} ${chunk}`,
  chunk,
  score,
});

type Ask = (vector: unknown, limit: number, scope: unknown, urls?: string[]) => Promise<Hit[]>;

/** Stores that hold these chunks; `near` are all chunks with their cosines, best first. */
function prepare(words: readonly Hit[], near: readonly Hit[], reranker?: Partial<Reranker>) {
  const ask = vi.fn<Ask>(async (_vector, limit, _scope, urls) =>
    near.filter(({ url }) => urls === undefined || urls.includes(url)).slice(0, limit),
  );
  const embedQuery = vi.fn<() => Promise<number[]>>(async () => [1]);
  const dependencies = {
    keywords: {
      search: async (_query: string, _scope: object, limit: number) => words.slice(0, limit),
    },
    vectors: { search: ask },
    embedder: { embedQuery },
    circuits: { qdrant: { run: (work: () => unknown) => work() } },
    log: { warn: () => undefined },
    reranker,
  } as unknown as SearchDependencies;
  return { dependencies, ask, embedQuery };
}
const urlsOf = (results: readonly Hit[]) => results.map(({ url }) => url);

test('every document of the keyword search gets its cosine, though a few have many chunks', async () => {
  const words = ['a', 'b', 'c'].map((url, index) => hit(url, 9 - index));
  const many = (url: string, cosine: number) =>
    Array.from({ length: 20 }, (_, chunk) => hit(url, cosine - chunk / 1_000, chunk));
  const near = [...many('near', 0.9), ...many('a', 0.5), ...many('b', 0.4), ...many('c', 0.3)];
  const { dependencies, ask } = prepare(words, near);
  const { results } = await search(dependencies, 'word', 'hybrid', 2);
  const all = await search(dependencies, 'word', 'hybrid', 4);
  expect(all.results.map(({ url, legs }) => [url, legs.semantic?.score])).toEqual(
    expect.arrayContaining([
      ['a', 0.5],
      ['b', 0.4],
      ['c', 0.3],
    ]),
  );
  expect(urlsOf(results)).toEqual(urlsOf(all.results).slice(0, 2));
  expect(ask.mock.calls.slice(0, 4).map(([, , , urls]) => urls)).toEqual([
    undefined,
    ['a', 'b', 'c'],
    ['b', 'c'],
    ['c'],
  ]);
});

test('a weight of 0 asks no model, and one of 1 leaves words to stand in for it', async () => {
  const { dependencies, embedQuery } = prepare([hit('words', 5)], [hit('meaning', 0.5)]);
  expect(
    urlsOf((await search(dependencies, 'word', 'hybrid', 5, {}, { weight: 0 })).results),
  ).toEqual(['words']);
  expect(embedQuery).not.toHaveBeenCalled();
  const byMeaning = () => search(dependencies, 'word', 'hybrid', 5, {}, { weight: 1 });
  expect(urlsOf((await byMeaning()).results)).toEqual(['meaning']);
  embedQuery.mockRejectedValue(new PulseError('TEI_UNREACHABLE', 'away', 'away'));
  expect(await byMeaning()).toMatchObject({
    degradedBecause: 'TEI_UNREACHABLE',
    results: [{ url: 'words', score: 1 }],
  });
});

test('a reranker orders a hybrid search alone, however few documents are asked for', async () => {
  const score = vi.fn<Reranker['score']>(async (_query, texts) =>
    texts.map((text) => (text.includes('third') ? 1 : 0.1)),
  );
  const words = ['first', 'second', 'third'].map((url, index) => hit(url, 9 - index));
  const { dependencies } = prepare(words, [], { isReady: true, score });
  expect(await search(dependencies, 'word', 'hybrid', 1)).toMatchObject({
    reranked: true,
    total: 3,
    results: [{ url: 'third', rerankScore: 1 }],
  });
  const plain = await search(dependencies, 'word', 'keyword', 1);
  expect(urlsOf(plain.results)).toEqual(['first']);
  expect(plain).not.toHaveProperty('reranked');
  expect(score).toHaveBeenCalledTimes(1);
});
