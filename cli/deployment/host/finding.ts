import type { Code } from '../../../shared/codes.ts';

/** What is wrong with a host and what to do, in one line. */
export interface Finding {
  readonly code: Code;
  readonly problem: string;
}
