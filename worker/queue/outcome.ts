import type { PulseError } from '../errors.ts';

/**
 * What follows from a failure: away -> later, no attempt used up (a service cannot be reached)
 * final -> fail, at once (trying again cannot help) otherwise -> again, with back-off; fail after
 * the last attempt
 */
export type Outcome = 'later' | 'again' | 'fail';

export function decideOutcome(
  { kind }: Pick<PulseError, 'kind'>,
  attemptsMade: number,
  attempts: number,
): Outcome {
  if (kind === 'away') return 'later';
  if (kind === 'final') return 'fail';
  return attemptsMade + 1 >= attempts ? 'fail' : 'again';
}

/**
 * How long a job waits for a service that is away: soon enough to go on within seconds of its
 * return, and not all at the same moment.
 */
export function awayDelayMs(starts: number, random = Math.random()): number {
  const longest = Math.min(10_000, 1_000 * 2 ** Math.min(starts, 10));
  return Math.round(longest * (0.5 + random / 2));
}
