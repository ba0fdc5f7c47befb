import { describe, expect, test } from 'vitest';

import type { CandidateIndex } from '../../../../worker/keywords/candidates.ts';
import {
  countFacetsOf,
  divideTerms,
  searchChunks,
} from '../../../../worker/keywords/search-chunks.ts';
import type { AskedTerm } from '../../../../worker/keywords/terms.ts';

const noFacets = { domain: [], language: [], country: [], isMobile: [] };

/** An index of 100,000 chunks that gives two of them, and notes what it is asked. */
function openIndex(
  counts: Readonly<Record<string, number>>,
  texts: readonly string[],
  common: Readonly<Record<string, number>> = {},
) {
  const asked = {
    best: [] as string[],
    bestCommon: [] as string[],
    newest: [] as string[],
    limits: [] as number[],
    named: 0,
  };
  const nameOf = ({ term }: AskedTerm): string => term.terms.join(' ');
  const hits = texts.map((passage, chunk) => ({
    url: 'https://docs.example/1',
    title: 'Notes',
    headings: '',
    passage,
    prefix: null,
    chunk,
    score: 10 - chunk,
    words: passage.split(' ').length + 1,
  }));
  const index: CandidateIndex = {
    measure: () => ({ chunks: 100_000, averageLength: 6 }),
    countChunksWith: ({ terms }) => counts[terms.join(' ')] ?? 0,
    isRareName: () => false,
    findBest: (terms, _, limit) => {
      asked.best.push(...terms.map(nameOf));
      asked.limits.push(limit);
      return hits;
    },
    findNamed: () => {
      asked.named += 1;
      return [];
    },
    countCommon: (terms, _, atMost) =>
      Math.min(atMost, common[terms.map(nameOf).join(' ')] ?? Number.POSITIVE_INFINITY),
    findBestCommon: (terms) => {
      asked.bestCommon.push(terms.map(nameOf).join(' '));
      return hits;
    },
    findCommon: (terms) => {
      asked.newest.push(terms.map(nameOf).join(' '));
      return [];
    },
    countFacets: () => ({ documents: 3, isLeast: false, counts: noFacets }),
  };
  return { index, asked };
}
const search = (index: CandidateIndex, query: string, limit = 2) =>
  searchChunks(index, query, {}, limit).map(({ passage }) => passage);

describe('terms that too many chunks have', () => {
  const texts = ['a lantern hangs by the door', 'a lantern of copper by the door'];
  const counts = { lantern: 40, copper: 30_000, the: 90_000 };

  test('fetch no chunks, and decide the order of those that others fetch', () => {
    const { index, asked } = openIndex(counts, texts);
    expect(search(index, 'the copper lantern')).toEqual([texts[1], texts[0]]);
    expect(asked).toMatchObject({ best: ['lantern'], limits: [96], newest: [] });
  });

  test('fill up with the newest what the others found too few of', () => {
    const { index, asked } = openIndex(counts, texts);
    search(index, 'the copper lantern', 3);
    expect(asked.newest).toEqual(['copper']);
  });

  test('change nothing where the query has none of them', () => {
    const { index } = openIndex(counts, texts);
    expect(search(index, 'the lantern of the lantern')).toEqual(texts);
  });

  test.each([
    { all: [5_000, 40, 900], fetching: [40, 900], frequent: [5_000] },
    { all: [900, 800], fetching: [800], frequent: [900] },
    { all: [1_200, 1_100], fetching: [], frequent: [1_100, 1_200] },
  ])('are those beyond the budget, the most frequent first: $frequent of $all', (counted) => {
    const terms = counted.all.map((chunks) => ({
      term: { written: '', terms: [String(chunks)], isPrefix: false },
      times: 1,
      chunks,
    }));
    const { fetching, frequent } = divideTerms(terms, 1_000);
    expect(fetching.map(({ chunks }) => chunks)).toEqual(counted.fetching);
    expect(frequent.map(({ chunks }) => chunks)).toEqual(counted.frequent);
  });
});

test('the header row of a table scores like a heading', () => {
  const { index: plain } = openIndex({ lantern: 40, copper: 30_000 }, ['a lantern', 'a lantern']);
  const index: CandidateIndex = {
    ...plain,
    findBest: (...given) =>
      plain
        .findBest(...given)
        .map((hit) => ({ ...hit, prefix: hit.chunk === 1 ? '| copper |' : null })),
  };
  expect(searchChunks(index, 'copper lantern', {}, 2).map(({ chunk }) => chunk)).toEqual([1, 0]);
});

describe('a query of very many words', () => {
  const absent = Array.from({ length: 300 }, (_, number) => `absent${number}`).join(' ');

  test('finds what has words of its end or of its beginning', () => {
    for (const query of [`${absent} lantern`, `lantern ${absent}`]) {
      const { index, asked } = openIndex({ lantern: 40 }, ['a lantern']);
      expect(search(index, query)).toEqual(['a lantern']);
      expect(asked.best).toEqual(['lantern']);
    }
  });

  test('asks for the rarest of its words, and counts no more than some', () => {
    const words = Array.from({ length: 700 }, (_, number) => `w${number}`);
    const { index, asked } = openIndex(
      Object.fromEntries(words.map((word, number) => [word, 800 - number])),
      ['w699'],
    );
    let counted = 0;
    const counting: CandidateIndex = {
      ...index,
      countChunksWith: (...given) => {
        counted += 1;
        return index.countChunksWith(...given);
      },
    };
    search(counting, words.join(' '));
    expect(asked.best[0]).toBe('w699');
    expect(asked.best.length).toBeLessThanOrEqual(64);
    expect(counted).toBeLessThanOrEqual(512);
  });
});

test('a word of several pairs is asked for once', () => {
  const { index, asked } = openIndex({ 'こん んて てな': 40, docker: 50 }, ['docker']);
  search(index, 'docker コンテナ');
  expect(asked.best).toEqual(['こん んて てな', 'docker']);
});

test.each([
  { query: 'lantern', isLeast: false },
  { query: 'lantern copper', isLeast: true },
  { query: 'the lantern', isLeast: false },
])('facets of "$query" are all of its documents or the least: $isLeast', ({ query, isLeast }) => {
  const { index } = openIndex({ lantern: 3, copper: 30_000, the: 90_000 }, []);
  expect(countFacetsOf(index, query, {}, 10)).toMatchObject({ documents: 3, isLeast });
});

describe('a query of terms that too many chunks have', () => {
  const texts = ['a lantern of copper by the door', 'a lantern hangs by the door'];
  const query = 'lantern copper door';

  test.each([
    {
      of: 'the two rarest, which few chunks have together',
      counts: { lantern: 3_000, copper: 4_000, door: 5_000 },
      common: { 'lantern copper': 900 },
      bestCommon: ['lantern copper'],
      best: [],
    },
    {
      of: 'one more, where two are not enough',
      counts: { lantern: 3_000, copper: 4_000, door: 5_000 },
      common: { 'lantern copper': 1_100, 'lantern copper door': 700 },
      bestCommon: ['lantern copper door'],
      best: [],
    },
    {
      of: 'all that may be asked for together, however many have them',
      counts: { lantern: 9_000, copper: 9_500, door: 9_900 },
      common: { 'lantern copper': 8_000, 'lantern copper door': 7_000 },
      bestCommon: ['lantern copper door'],
      best: [],
    },
    {
      of: 'the rarest alone, where two have too many chunks together',
      counts: { lantern: 14_000, copper: 17_000, door: 20_000 },
      common: { 'lantern copper': 10 },
      bestCommon: [],
      best: ['lantern'],
    },
    {
      of: 'the newest, where even the rarest has too many',
      counts: { lantern: 31_000, copper: 32_000, door: 40_000 },
      common: { 'lantern copper': 10 },
      bestCommon: [],
      best: [],
    },
  ])('finds the best chunks of $of', ({ counts, common, bestCommon, best }) => {
    const { index, asked } = openIndex(counts, texts, common);
    search(index, query);
    const newest =
      best.length + bestCommon.length === 0
        ? ['lantern copper door', 'lantern copper', 'lantern']
        : [];
    expect(asked).toMatchObject({ bestCommon, best, newest });
  });

  test.each([
    { bound: 'filters', asked: query, scope: { language: 'en' } },
    { bound: 'phrases', asked: '"lantern copper" door', scope: {} },
  ])('is ranked by several of them within $bound too', ({ asked: written, scope }) => {
    const counted = { lantern: 3_000, copper: 4_000, door: 5_000 };
    const { index, asked } = openIndex(counted, texts, { 'lantern copper': 900 });
    searchChunks(index, written, scope, 2);
    expect(asked).toMatchObject({ bestCommon: ['lantern copper'], best: [] });
  });

  test('asks for a repeated term once', () => {
    const { index, asked } = openIndex({ lantern: 9_000 }, texts);
    search(index, 'lantern lantern lantern');
    expect(asked.best).toEqual(['lantern']);
  });
});

describe('other spellings of names', () => {
  const texts = ['open the file and read it all', 'call readFile of node then read'];
  const counts = { open: 40, read: 50, file: 60, readfile: 5, lantern: 40 };

  test('are asked for a query that holds a name, whose own spelling comes first', () => {
    const { index, asked } = openIndex(counts, texts);
    expect(search(index, 'how do I open readFile')).toEqual([texts[1], texts[0]]);
    expect(asked.named).toBe(1);
  });

  test('are asked for a query in prose only where words find too little', () => {
    const many = openIndex(counts, Array<string>(64).fill('open the file'));
    for (const limit of [5, 500]) search(many.index, 'how do I open a file', limit);
    expect(many.asked.named).toBe(0);
    const few = openIndex(counts, texts);
    for (const limit of [1, 500]) search(few.index, 'how do I open a file', limit);
    expect(few.asked.named).toBe(2);
  });
});
