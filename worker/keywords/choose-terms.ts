import { parseQuery } from '../text/query.ts';
import type { QueryTerm } from '../text/query.ts';
import { tokenize } from '../text/tokenize.ts';
import type { CandidateIndex } from './candidates.ts';
import type { AskedTerm, CountedTerm } from './terms.ts';

type TermCounter = Pick<CandidateIndex, 'countChunksWith'>;

/** A term that more chunks have is counted by a part of them. */
const mostCounted = 1_000;

/**
 * A word that may mean another one (`koeln`, Köln) is asked as it is, so that `does` does not find
 * DOS. The other is asked as well where it is so many times as frequent: an address may have the
 * first, and of a name (`getRequest`) the first may be a part.
 */
const timesAsMany = 2;

/** Counts a term, and the other one that may be meant. */
export function countTerm(index: TermCounter, asked: AskedTerm): CountedTerm[] {
  const count = (term: QueryTerm): CountedTerm => ({
    ...asked,
    term,
    chunks: index.countChunksWith(term, mostCounted),
  });
  const counted = count(asked.term);
  const { otherwise } = asked.term;
  if (otherwise === undefined) return [counted];
  const other = count(otherwise);
  const isMeant = other.chunks > 0 && other.chunks >= timesAsMany * counted.chunks;
  return isMeant ? [counted, other] : [counted];
}

/** @returns how many chunks have the words of a name in a row, where these are more */
export function countUsual(index: TermCounter, { term, chunks }: CountedTerm): number | undefined {
  const terms = tokenize(term.written).map((part) => part.term);
  const usual = index.countChunksWith({ ...term, terms }, mostCounted);
  return usual > chunks ? usual : undefined;
}

/** @returns the terms that are asked for the words of a query, as `searchChunks` asks them */
export function chooseTerms(index: TermCounter, words: readonly QueryTerm[]): QueryTerm[] {
  return words.flatMap((term) => countTerm(index, { term, times: 1 }).map((one) => one.term));
}

/** @returns whether any chunk has a word of the query */
export function isKnown(index: TermCounter, query: string): boolean {
  return parseQuery(query).words.some((term) =>
    countTerm(index, { term, times: 1 }).some(({ chunks }) => chunks > 0),
  );
}
