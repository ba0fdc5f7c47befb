import { expect, test, vi } from 'vitest';

import { Reranker } from '../../../../worker/embeddings/reranker.ts';
import type { Logger } from '../../../../worker/logs.ts';
import { fuse, keywordLeg } from '../../../../worker/search/fuse.ts';
import { rerank } from '../../../../worker/search/rerank.ts';
import type { Took } from '../../../../worker/search/took.ts';
import { startRerankDouble } from '../../../doubles/reranker.ts';
import { httpPort } from '../../healthchecks/bad-servers.ts';

/** Documents in the order of their numbers; the reranker prefers the last ones. */
const found = (count: number) =>
  fuse([
    keywordLeg(
      Array.from({ length: count }, (_, index) => ({
        url: `https://a.example/${String(index).padStart(3, '0')}`,
        title: `Page ${index}`,
        passage: index % 2 === 1 ? 'granite lantern' : 'granite',
        chunk: 0,
        score: count - index,
      })),
    ),
  ]);
const numbers = (hits: readonly { readonly url: string }[]) =>
  hits.map(({ url }) => Number(url.slice(-3)));

function prepare(url: string, more: object = {}) {
  const warn = vi.fn<(context: object, line: string) => void>();
  const took: Took = { keywordMs: null, embedMs: null, vectorsMs: null };
  // A busy machine takes its time; what ends by the limit has one of its own.
  const reranker = new Reranker({ rerankUrl: url, rerankTimeoutMs: 60_000, ...more });
  const log = { warn } as unknown as Logger;
  const run = (count: number) => rerank({ reranker, log }, 'granite lantern', found(count), took);
  return { run, took, warn };
}

test('the 50 best are in the order of the reranker, in calls of few texts, and the rest follow', async () => {
  await using double = await startRerankDouble();
  const { run, took } = prepare(double.url);
  const { found: ordered, reranked } = await run(60);
  expect(reranked).toBe(true);
  const odd = Array.from({ length: 25 }, (_, index) => 2 * index + 1);
  const even = odd.map((number) => number - 1);
  const rest = Array.from({ length: 10 }, (_, index) => 50 + index);
  expect(numbers(ordered)).toEqual([...odd, ...even, ...rest]);
  expect(ordered.map(({ rerankScore }) => rerankScore).slice(24, 26)).toEqual([1, 0.5]);
  expect(ordered[50]).not.toHaveProperty('rerankScore');
  expect(double.calls).toEqual([25, 25]);
  expect(took.rerankMs).toBeGreaterThanOrEqual(0);
});

test.each([
  ['hang', 'no answer in 100 ms'],
  ['broken', 'no score for each text'],
  ['refuses', 'answered 503: {"error":"Model is overloaded"}'],
  ['embeds', 'answered 424: {"error":"Model is not a re-ranker model"}'],
] as const)(
  'the order stays while the reranker has the fault %s, and it is left alone for a while',
  async (fault, reason) => {
    await using double = await startRerankDouble();
    double.fault = fault;
    const { run, warn } = prepare(double.url, fault === 'hang' ? { rerankTimeoutMs: 100 } : {});
    expect(await run(4)).toMatchObject({ reranked: false });
    expect(numbers((await run(4)).found)).toEqual([0, 1, 2, 3]);
    expect(warn.mock.calls).toEqual([
      [{ reason: expect.stringContaining(reason) }, 'searched without the reranker'],
    ]);
  },
);

test.each([16, 4, 1])(
  'a reranker that takes %i texts a call orders the 50 best all the same',
  async (maxTexts) => {
    await using double = await startRerankDouble();
    double.maxTexts = maxTexts;
    const { run, warn } = prepare(double.url);
    const { found: ordered, reranked } = await run(50);
    expect(reranked).toBe(true);
    expect(numbers(ordered).slice(0, 3)).toEqual([1, 3, 5]);
    double.calls.length = 0;
    await run(50);
    expect(Math.max(...double.calls)).toBeLessThanOrEqual(maxTexts);
    expect(double.calls.reduce((sum, texts) => sum + texts)).toBe(50);
    expect(warn).not.toHaveBeenCalled();
  },
);

test('a reranker that takes not even one text is left alone, in the words of the proxy', async () => {
  await using double = await startRerankDouble();
  double.maxTexts = 0;
  const { run, warn } = prepare(double.url);
  expect(await run(4)).toMatchObject({ reranked: false });
  expect(JSON.stringify(warn.mock.calls)).toContain('answered 413: ');
});

test('the query and the texts of documents go to no other server', async () => {
  await using double = await startRerankDouble();
  const location = double.url.replace('127.0.0.1', 'localhost');
  const moved = { status: 307, body: '', location: `${location}/rerank?token=secret` };
  const { run, warn } = prepare(`http://127.0.0.1:${await httpPort({ '/rerank': moved })}`);
  expect(await run(3)).toMatchObject({ reranked: false });
  expect(warn.mock.calls[0]?.[0]).toEqual({
    reason: `/rerank answered 307, a redirection to ${location}/rerank, which is not followed`,
  });
  expect(double.calls).toEqual([]);
});

test('the order stays where nobody listens', async () => {
  const { run, warn } = prepare('http://127.0.0.1:1');
  expect(await run(3)).toMatchObject({ reranked: false });
  expect(warn).toHaveBeenCalledTimes(1);
});

test.each([
  ['a key', 'Bearer k+/1==', { rerankApiKey: 'k+/1==' }],
  ['a login', `Basic ${btoa('me:p:ss')}`, { rerankLogin: 'me:p:ss' }],
])('%s lets it in, and a wrong one is not told', async (_what, authorization, secret) => {
  await using double = await startRerankDouble(authorization);
  expect(await prepare(double.url, secret).run(2)).toMatchObject({ reranked: true });
  const { run, warn } = prepare(double.url, { rerankLogin: 'somebody:hunter2' });
  expect(await run(2)).toMatchObject({ reranked: false });
  expect(JSON.stringify(warn.mock.calls)).toContain('answered 401');
  expect(JSON.stringify(warn.mock.calls)).not.toContain('hunter2');
});
