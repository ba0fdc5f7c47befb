/** What a code means, what had been tried when it appeared, and what to look at next. */
export interface Explanation {
  readonly meaning: string;
  readonly tried: string;
  readonly check: string;
}
