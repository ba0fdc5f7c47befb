import type { FoundChunk } from '../../shared/search-answer.ts';
import type { Scope } from '../documents/filters.ts';
import { hasWordsOutside, parseQuery } from '../text/query.ts';
import type { ParsedQuery, QueryTerm } from '../text/query.ts';
import {
  keepRarest,
  listIdentifiers,
  listJoined,
  listSpellings,
  listTerms,
  replaceParts,
} from './asked-terms.ts';
import type { CandidateIndex } from './candidates.ts';
import { countTerm, countUsual } from './choose-terms.ts';
import { listExactNames, preferExact } from './exact.ts';
import type { QueryFacets } from './facets.ts';
import { join, joinBest } from './join-hits.ts';
import { computeIdf, scoreTexts } from './score-texts.ts';
import type { Bounds, CountedTerm } from './terms.ts';
import type { Candidate } from './words-schema.ts';

/**
 * The most chunks that the terms of a query together fetch and score in the index. BM25 in FTS5
 * takes 0.4 us per chunk and term at 50,000 chunks, and 0.6 us at a million. Terms beyond the
 * budget, the most frequent first, fetch no chunks, but score those that the others fetched.
 */
const chunkBudget = 2_000;
/**
 * Terms of which each is beyond the budget may have so many chunks together: BM25 counts all of
 * them, and takes some 0.1 us for each.
 */
const mostOfFrequent = 30_000;
/** Facets are counted over the chunks of terms that fetch so many. */
const mostOfFacets = 10_000;
/** Chunks whose texts are looked at, at least. */
const shortlist = 64;
/** So many times as many where the index scored a part of the terms: others may be the best. */
const furtherTexts = 1.5;

/**
 * Finds the best chunks for a query: candidates from the index, by BM25 of its words where these
 * are few enough; then the order of the best of them is decided on their texts. Where nothing has
 * its phrases, words beside them are searched for without (`relaxed`): an error's message quotes
 * what is another on each machine.
 *
 * @returns at most `limit`, best first
 */
export function searchChunks(
  index: CandidateIndex,
  query: string,
  scope: Scope,
  limit: number,
): FoundChunk[] {
  const counts = countTerms(index, query);
  const strict = rankCandidates(index, query, counts, scope, limit);
  const relaxed = strict.length === 0 && mayRelax(query, counts);
  const found = relaxed
    ? rankCandidates(index, query, withoutPhrases(counts), scope, limit)
    : strict;
  return found.map(({ headings: _headings, words: _words, prefix, ...hit }) => ({
    ...hit,
    ...(prefix !== null && { prefix }),
    ...(relaxed && { relaxed }),
  }));
}

function mayRelax(query: string, { parsed: { phrases } }: QueryCounts): boolean {
  return phrases.length > 0 && hasWordsOutside(query);
}

function withoutPhrases(counts: QueryCounts): QueryCounts {
  return { ...counts, parsed: { ...counts.parsed, phrases: [] } };
}

function rankCandidates(
  index: CandidateIndex,
  query: string,
  { parsed, identifiers, counted, joined }: QueryCounts,
  scope: Scope,
  limit: number,
): Candidate[] {
  const { chunks: all } = index.measure();
  const bounds = { scope, phrases: parsed.phrases };
  const wanted = Math.max(limit, shortlist);
  const asked = { index, bounds, limit, wanted };
  const found = scoreCandidates(asked, counted);
  // The better of both counts: a text that has a name in two spellings has it no more than others.
  const scored =
    joined.length === 0
      ? found
      : joinBest(found, scoreCandidates(asked, replaceParts(counted, joined)));
  // In prose, names in other spellings are found where there is little else. How many are asked for
  // does not decide it: the next page of an answer goes on in the same order.
  if (identifiers.length === 0 && scored.length >= shortlist) return scored.slice(0, limit);
  const named = joinBest(scored, index.findNamed(listSpellings(parsed), bounds, wanted));
  const rarest = Math.min(all, ...counted.map(({ chunks }) => chunks));
  const weight = Math.max(leastWeight, mostOfTerm * computeIdf(rarest, all));
  return preferExact(named, listExactNames(query, parsed, identifiers), weight).slice(0, limit);
}

/** @returns the best chunks for the terms, scored by all of them that tell chunks apart */
function scoreCandidates(
  asked: Omit<Question, 'fetching' | 'frequent'>,
  counted: readonly CountedTerm[],
): Candidate[] {
  const { chunks: all, averageLength } = asked.index.measure();
  const { fetching, frequent: beyond } = divideTerms(counted, chunkBudget);
  const telling = listTelling(beyond, all);
  const frequent = telling.length > 0 || fetching.length > 0 ? telling : beyond;
  const found = findCandidates({ ...asked, fetching, frequent });
  const isScored = frequent.length === 0 && counted.every(({ usual }) => usual === undefined);
  if (isScored) return found;
  return scoreTexts(found, { terms: [...fetching, ...frequent], chunks: all, averageLength });
}

/** What more than half of the chunks have weighs nothing in BM25. */
function listTelling(terms: readonly CountedTerm[], all: number): CountedTerm[] {
  return terms.filter(({ chunks }) => chunks <= all / 2);
}

interface QueryCounts {
  readonly parsed: ParsedQuery;
  readonly identifiers: readonly QueryTerm[];
  readonly counted: readonly CountedTerm[];
  /** Of the names with signs those that chunks have without them, as one word. */
  readonly joined: readonly CountedTerm[];
}

/** Reads a query, and counts those of its terms that chunks have. */
function countTerms(index: CandidateIndex, query: string): QueryCounts {
  const parsed = parseQuery(query);
  const identifiers = listIdentifiers(parsed, (term) => index.isRareName(term));
  const [counted, joined] = [listTerms(query, parsed, identifiers), listJoined(parsed)].map(
    (terms) => keepRarest(terms.flatMap((asked) => countTerm(index, asked))),
  ) as [CountedTerm[], CountedTerm[]];
  const weighed = joined.map((one) => {
    const usual = countUsual(index, one);
    return usual === undefined ? one : { ...one, usual };
  });
  return { parsed, identifiers, counted, joined: weighed };
}

/**
 * Counts the documents that have the words of a query, or its names in other spellings, by their
 * facets. Words that fetch no chunks find none here either, but where there are no others; then
 * there may be more documents than were counted.
 */
export function countFacetsOf(
  index: CandidateIndex,
  query: string,
  scope: Scope,
  limit: number,
): QueryFacets {
  const counts = countTerms(index, query);
  const strict = countBy(index, counts, scope, limit);
  if (strict.documents > 0 || !mayRelax(query, counts)) return strict;
  return countBy(index, withoutPhrases(counts), scope, limit);
}

function countBy(
  index: CandidateIndex,
  { parsed, identifiers, counted, joined }: QueryCounts,
  scope: Scope,
  limit: number,
): QueryFacets {
  const { fetching, frequent } = divideTerms([...counted, ...joined], mostOfFacets);
  const terms = fetching.length > 0 ? fetching : frequent;
  const isNamed = identifiers.length > 0 || terms.length === 0;
  const names = isNamed ? listSpellings(parsed) : [];
  const facets = index.countFacets(terms, names, { scope, phrases: parsed.phrases }, limit);
  const isPart = fetching.length > 0 && listTelling(frequent, index.measure().chunks).length > 0;
  return { ...facets, isLeast: facets.isLeast || isPart };
}

/** What BM25 gives for a term that a text has without end: k1 + 1 times its weight. */
const mostOfTerm = 2.2;
/** Of a name that most chunks have: it breaks ties. */
const leastWeight = 0.01;

/** @returns the rarest terms whose chunks together are within the budget, and the others */
export function divideTerms(
  terms: readonly CountedTerm[],
  budget: number,
): { fetching: CountedTerm[]; frequent: CountedTerm[] } {
  const byRarity = terms.toSorted((one, other) => one.chunks - other.chunks);
  let sum = 0;
  const first = byRarity.findIndex(({ chunks, times }) => {
    sum += chunks * times;
    return sum > budget;
  });
  const end = first < 0 ? byRarity.length : first;
  return { fetching: byRarity.slice(0, end), frequent: byRarity.slice(end) };
}

/** What is asked of an index, the terms by their rarity. */
interface Question {
  readonly index: CandidateIndex;
  readonly fetching: readonly CountedTerm[];
  readonly frequent: readonly CountedTerm[];
  readonly bounds: Bounds;
  /** How many chunks are asked for. */
  readonly limit: number;
  /** How many texts are looked at, at least. */
  readonly wanted: number;
}

function findCandidates(question: Question): Candidate[] {
  if (question.fetching.length > 0) return findByRare(question);
  return question.frequent.length > 0 ? findByFrequent(question) : [];
}

/** @returns the best chunks by the terms that fetch; where these are few, also others */
function findByRare(question: Question): Candidate[] {
  const { index, fetching, frequent, bounds, limit, wanted } = question;
  // The terms that fetch no chunks may change the order of those that the others found.
  const texts = frequent.length === 0 ? wanted : Math.ceil(furtherTexts * wanted);
  const found = index.findBest(fetching, bounds, texts);
  if (frequent.length === 0 || found.length >= limit) return found;
  return join(found, findNewest(question));
}

/**
 * Finds chunks by terms of which each alone is beyond the budget: the best of those that have two
 * of them, or as many more as it takes to be within the budget.
 */
function findByFrequent(question: Question): Candidate[] {
  const { index, frequent, bounds, limit, wanted } = question;
  const together = chooseCommon(question);
  const found = together.length === 0 ? [] : index.findBestCommon(together, bounds, wanted);
  if (found.length >= limit) return found;
  const [rarest] = frequent as [CountedTerm, ...CountedTerm[]];
  // Each time is scored by itself, and changes no order.
  const ofOne =
    rarest.chunks > mostOfFrequent ? [] : index.findBest([askOnce(rarest)], bounds, wanted);
  const more = join(found, ofOne);
  return more.length >= limit ? more : join(more, findNewest(question));
}

/** @returns the rarest terms of which few enough chunks have all; none where that cannot be */
function chooseCommon({ index, frequent, bounds }: Question): readonly CountedTerm[] {
  const within = divideTerms(frequent.map(askOnce), mostOfFrequent).fetching;
  const counts = range(2, Math.min(within.length, maxCommon));
  const last = counts.at(-1) ?? 0;
  const chosen = counts.find((count) => {
    const budget = Math.floor(chunkBudget / count);
    return (
      count === last || index.countCommon(frequent.slice(0, count), bounds, budget + 1) <= budget
    );
  });
  return frequent.slice(0, chosen ?? 0);
}

const askOnce = (term: CountedTerm): CountedTerm => ({ ...term, times: 1 });

/** @returns chunks that have all of the frequent terms, or else as many of the rarest as can be */
function findNewest({ index, frequent, bounds, wanted }: Question): Candidate[] {
  for (let count = Math.min(frequent.length, maxCommon); count > 0; count -= 1) {
    const found = index.findCommon(frequent.slice(0, count), bounds, wanted);
    if (found.length > 0) return found;
  }
  return [];
}

const maxCommon = 4;

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index);
