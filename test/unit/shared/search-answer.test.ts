import { stripVTControlCharacters } from 'node:util';

import { expect, test } from 'vitest';

import { formatFound } from '../../../shared/search-answer.ts';

const found = {
  url: 'https://a.example/pool',
  title: 'Pool',
  passage: `${'Much stands before. '.repeat(30)}Set max_connections\n  high. ${'And behind. '.repeat(30)}`,
  chunk: 0,
  score: 0.75,
};
const start = found.passage.indexOf('max_connections');
const highlights = [{ start, length: 'max_connections'.length }];
const answer = { degraded: false, results: [{ ...found, highlights }] };

test('an excerpt is around the first word that matched, on one line', () => {
  const text = formatFound(answer);
  expect(text).toContain('Set max_connections high.');
  expect(text.split('\n')).toHaveLength(3);
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(170);
});
test('a passage without matched words is shown from its beginning', () => {
  const { highlights: _, ...bare } = { highlights, ...found };
  expect(formatFound({ degraded: false, results: [bare] })).toContain('\n   Much stands before.');
});
test('on a terminal the words that matched have a colour, and nothing else changes', () => {
  const coloured = formatFound(answer, { colour: true });
  expect(coloured).toMatch(/\u001b\[[\d;]+m(\u001b\[[\d;]+m)?max_connections\u001b/);
  expect(stripVTControlCharacters(coloured)).toBe(formatFound(answer));
});
test('results are counted from the offset on', () => {
  expect(formatFound(answer, { offset: 20 })).toMatch(/^21\. Pool {2}\(0\.750\)/);
});
test('the score of a reranker stands beside the other', () => {
  const results = [{ ...found, rerankScore: 0.98765 }];
  expect(formatFound({ degraded: false, results })).toMatch(
    /^1\. Pool {2}\(0\.750, reranked 0\.988\)/,
  );
});
test('an explanation has a line for words and one for meaning', () => {
  const explain = {
    keyword: {
      rank: 2,
      score: 9.12345,
      share: 0.15,
      terms: [{ term: 'max_connections', fields: ['title', 'text'] as const }],
    },
    semantic: { rank: null, score: 0.5, share: 0.6 },
  };
  const lines = formatFound({ degraded: false, results: [{ ...found, explain }] }).split('\n');
  expect(lines.slice(-2)).toEqual([
    '   words 0.150, rank 2, BM25 9.123: max_connections (title, text)',
    '   meaning 0.600, not among its best, cosine 0.500',
  ]);
});
test('another spelling comes first, and counts come last, each facet on its line', () => {
  const facets = {
    documents: 9_000,
    atLeast: true,
    hosts: Array.from({ length: 12 }, (_, index) => ({
      value: `h${index}`,
      documents: 20 - index,
    })),
    languages: [],
    countries: [{ value: 'DE', documents: 3 }],
    isMobile: [{ value: false, documents: 2 }],
  };
  const shown = formatFound({ degraded: false, results: [], didYouMean: 'lantern', facets });
  expect(shown.split('\n')).toEqual([
    'No page has this word. Did you mean lantern?',
    'Nothing found.',
    'By keyword at least 9000 documents',
    expect.stringMatching(/^ {3}hosts: h0 20, h1 19, .*h9 11, 2 more$/),
    '   countries: DE 3',
    '   mobile: no 2',
  ]);
});

test('an answer by the words alone says that no page has the phrase', () => {
  const shown = formatFound({ degraded: false, results: [], relaxed: true });
  expect(shown).toContain('No page has the words in quotation marks in a row.');
});
