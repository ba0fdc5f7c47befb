import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from 'vitest';

import type { Scope } from '../../../../worker/documents/filters.ts';
import { openCandidates } from '../../../../worker/keywords/candidates.ts';
import { KeywordIndex } from '../../../../worker/keywords/keyword-index.ts';
import { currentSchema, openIndexFile } from '../../../../worker/keywords/schema.ts';
import { countFacetsOf } from '../../../../worker/keywords/search-chunks.ts';
import { parseQuery } from '../../../../worker/text/query.ts';
import type { QueryTerm } from '../../../../worker/text/query.ts';
import { keywordPage } from '../../../harness/keyword-page.ts';

function openEmpty() {
  const folder = mkdtempSync(join(tmpdir(), 'pulse-candidates-'));
  const db = openIndexFile(folder);
  const written = new KeywordIndex(db, currentSchema);
  afterAll(() => {
    written.close();
    rmSync(folder, { recursive: true });
  });
  return { db, written };
}

const { db, written } = openEmpty();

/** `even` is in every fourth chunk, `late` in the newest 100, `rare` in one. */
written.replace(
  Array.from({ length: 1_000 }, (_, number) => {
    const words = ['granite', number % 4 === 0 && 'even', number >= 900 && 'late'];
    const text = [...words, number === 7 && 'rare'].filter(Boolean).join(' ');
    return keywordPage(number, text, { language: number % 8 === 0 ? 'de' : 'en' });
  }),
);
const candidates = openCandidates(db);
function count(word: string, atMost: number): number {
  const [term] = parseQuery(word).words;
  if (term === undefined) throw new Error(`${word} is no word`);
  return candidates.countChunksWith(term, atMost);
}

test('a term that few chunks have is counted', () => {
  expect(count('rare', 20)).toBe(1);
  expect(count('even', 400)).toBe(250);
  expect(count('absent', 20)).toBe(0);
});

test('a term that is everywhere is estimated by some of its chunks', () => {
  expect(count('even', 20)).toBeGreaterThan(230);
  expect(count('even', 20)).toBeLessThan(280);
  expect(count('granite', 20)).toBe(1_000);
});

test('chunks that came in together do not make their words frequent', () => {
  expect(count('late', 20)).toBeLessThan(400);
});

const terms = (...words: string[]) =>
  parseQuery(words.join(' ')).words.map((term) => ({ term, times: 1 }));

test('chunks that have all of some terms are counted and found within the bounds of a search', () => {
  const german = { scope: { language: 'de' }, phrases: [] };
  const any = { scope: {}, phrases: [] };
  expect(candidates.countCommon(terms('even', 'late'), any, 1_000)).toBe(25);
  expect(candidates.countCommon(terms('even', 'late'), german, 1_000)).toBe(12);
  expect(candidates.countCommon(terms('even', 'late'), any, 20)).toBe(20);
  const urls = candidates.findBestCommon(terms('even', 'late'), german, 50).map(({ url }) => url);
  expect(urls).toHaveLength(12);
  expect(urls).toContain('https://docs.example/904');
  expect(candidates.findBestCommon(terms('late', 'rare'), any, 50)).toEqual([]);
});

test('filters and phrases decide what is found, and change no score', () => {
  const asked = terms('even', 'late');
  const scoreOf = (scope: Scope, phrases: QueryTerm[]) =>
    candidates
      .findBest(asked, { scope, phrases }, 1_000)
      .find(({ url }) => url === 'https://docs.example/904')?.score;
  const { phrases } = parseQuery('"granite even late"');
  expect(phrases).toHaveLength(1);
  const score = scoreOf({}, []);
  expect(score).toBeGreaterThan(0);
  expect(scoreOf({ language: 'de' }, [])).toBe(score);
  expect(scoreOf({ language: 'de' }, [...phrases])).toBe(score);
});

test.each([
  [{ language: 'no' }, ['nb', 'nn', 'no']],
  [{ language: 'nb' }, ['nb', 'no']],
  [{ language: 'nn' }, ['nn', 'no']],
  [{ language: 'da' }, ['da']],
  [{ country: 'GB' }, ['GB', 'UK']],
  [{ country: 'DK', language: 'da' }, ['da']],
])('a filter by %j finds documents of %j', (filters, all) => {
  const { db: several, written: index } = openEmpty();
  const pages = [
    ...['nb', 'nn', 'no', 'da'].map((language) => ({ language, country: 'DK', title: language })),
    ...['GB', 'UK'].map((country) => ({ language: 'en', country, title: country })),
  ];
  index.replace(pages.map((page, number) => keywordPage(number, 'fjord', page)));
  const bounds = { scope: { ...filters, exceptDomain: 'a.example' }, phrases: [] };
  const found = openCandidates(several).findBest(terms('fjord'), bounds, 10);
  expect(found.map(({ title }) => title).toSorted()).toEqual(all);
});

test('documents that a query finds by another spelling of a name are counted by facet', () => {
  const { db: names, written: index } = openEmpty();
  index.replace([keywordPage(1, 'call it with --dry-run'), keywordPage(2, 'a dry summer')]);
  const facets = countFacetsOf(openCandidates(names), 'dryrun', {}, 10);
  expect(facets).toMatchObject({ documents: 1, isLeast: false });
});

test('of very many chunks the newest are scored', () => {
  const large = openEmpty();
  const best = (number: number): boolean => number === 0 || number === 3_099;
  large.written.replace(
    Array.from({ length: 3_100 }, (_, number) =>
      keywordPage(number, best(number) ? 'slate slate roof roof' : 'slate on a roof of a house'),
    ),
  );
  const index = openCandidates(large.db);
  const bounds = { scope: {}, phrases: [] };
  const found = [
    index.findBest(terms('slate'), bounds, 10),
    index.findBestCommon(terms('slate', 'roof'), bounds, 10),
  ];
  for (const [first, second] of found) {
    expect(first?.url).toBe(keywordPage(3_099, '').url);
    expect(second?.passage).toBe('slate on a roof of a house');
  }
});
