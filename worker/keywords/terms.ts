import type { Scope } from '../documents/filters.ts';
import type { QueryTerm } from '../text/query.ts';

/** More terms than any question has: of a whole pasted page the rarest so many are asked. */
export const maxTerms = 64;

/** A term of a query, and how often the query has it. */
export interface AskedTerm {
  readonly term: QueryTerm;
  readonly times: number;
}

export interface CountedTerm extends AskedTerm {
  /** How many chunks have it, about. */
  readonly chunks: number;
  /** How many have it in its usual spelling, where these are more: a rare one tells no more. */
  readonly usual?: number;
}

/** Which chunks may be found: those within the scope that have each of the phrases. */
export interface Bounds {
  readonly scope: Scope;
  readonly phrases: readonly QueryTerm[];
}
