import { PulseError } from '../errors.ts';

/**
 * For a step of the sweep that needs a service which is away: the next sweep does it.
 *
 * @returns 0, for steps that return how much they did
 */
export function ignoreUnavailable(error: unknown): 0 {
  if (error instanceof PulseError && error.kind === 'away') return 0;
  throw error;
}
