import { expect, test } from 'vitest';

import { Highlighter } from '../../../../worker/keywords/highlighter.ts';
import { explainHits, splitQuery } from '../../../../worker/search/explain.ts';
import { fuse, keywordLeg, semanticLeg } from '../../../../worker/search/fuse.ts';

const hit = (url: string, score: number) => ({ url, title: url, passage: url, chunk: 0, score });
const highlighter = new Highlighter();
const finder = {
  highlight: async (query: string, texts: readonly string[]) =>
    highlighter.highlight(query, texts, (words) => words),
};

test('reads no more of a query than a search does', () => {
  expect(splitQuery(`granite ${'!'.repeat(4_000)} slate`)).toEqual(['granite']);
});

test('names the words of the query that a chunk has, by field, in any of their forms', async () => {
  const [explained] = await explainHits(
    finder,
    'rotating "passwords", max_connections and compasses?',
    fuse([keywordLeg([hit('a', 5)])]),
    [
      {
        title: 'Passwords',
        headings: 'How to rotate',
        text: 'Rotate a password; maxConnections stays.',
      },
    ],
  );
  expect(explained).toEqual({
    keyword: {
      rank: 1,
      score: 5,
      share: 1,
      terms: [
        { term: 'rotating', fields: ['headings', 'text'] },
        { term: 'passwords', fields: ['title', 'text'] },
        { term: 'max_connections', fields: ['text'] },
      ],
    },
    semantic: null,
  });
});

test('what both ways add to a score is the score, and a way that did not find a document says so', async () => {
  const hits = fuse([
    keywordLeg([hit('a', 10), hit('b', 5)], 0.5),
    semanticLeg([hit('c', 0.6)], 0.5, [hit('b', 0.2)]),
  ]);
  const explained = await explainHits(
    finder,
    'word',
    hits,
    hits.map(() => ({})),
  );
  const byUrl = Object.fromEntries(hits.map(({ url }, index) => [url, explained[index]]));
  expect(byUrl).toMatchObject({
    a: { keyword: { rank: 1, score: 10 }, semantic: { rank: null, score: null } },
    b: { keyword: { rank: 2, score: 5 }, semantic: { rank: null, score: 0.2 } },
    c: { keyword: { rank: null, score: null, share: 0 }, semantic: { rank: 1, score: 0.6 } },
  });
  for (const [index, { score }] of hits.entries()) {
    const { keyword, semantic } = explained[index] ?? {};
    expect((keyword?.share ?? 0) + (semantic?.share ?? 0)).toBeCloseTo(score, 9);
  }
});

test.each([
  ['how does C++ use --dry-run?', ['how', 'does', 'C++', 'use', '--dry-run']],
  ['node.js, .NET and v1.2.3.', ['node.js', '.NET', 'and', 'v1.2.3']],
  ['パスワードを変更', ['パスワード', '変更']],
  ['one one - !', ['one']],
])('%j is looked for as %j', (query, terms) => {
  expect(splitQuery(query)).toEqual(terms);
});
