import type { PulseError } from '../errors.ts';

/**
 * What follows from a failure:
 *
 * - `later`: a service cannot be reached (`away`); no attempt is used up
 * - `again`: with back-off
 * - `fail`: trying again cannot help (`final`), or this was the last attempt
 */
export type Outcome = 'later' | 'again' | 'fail';

/**
 * @param attemptsMade before the one that failed
 * @param attempts at most
 */
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
 * How long a job waits for a service that is away: at most 10 s, so that it continues soon after
 * the service's return, and with jitter, so that not all jobs continue at the same moment.
 *
 * @param starts how often the job has waited for a service already
 */
export function awayDelayMs(starts: number, random = Math.random()): number {
  const longestMs = Math.min(10_000, 1_000 * 2 ** Math.min(starts, 10));
  return Math.round(longestMs * (0.5 + random / 2));
}
