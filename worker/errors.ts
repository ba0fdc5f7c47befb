import type { Code } from '../shared/codes.ts';

/**
 * A failure with a code of the catalogue, of one of three kinds:
 *
 * - `away`: a service cannot be reached or is overloaded; wait, no attempt is used up
 * - `retryable`: try again, a limited number of times
 * - `final`: trying again cannot help
 */
export class PulseError extends Error {
  override readonly name = 'PulseError';
  readonly code: Code;
  readonly kind: 'away' | 'retryable' | 'final';

  constructor(code: Code, kind: PulseError['kind'], message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
    this.kind = kind;
  }
}

/** An unexpected error is tried again, under the general code INDEXING_ERROR. */
export function toPulseError(error: unknown): PulseError {
  return error instanceof PulseError
    ? error
    : new PulseError('INDEXING_ERROR', 'retryable', describeError(error), error);
}

/** @returns the message of any error, with that of its cause: `fetch` has its reason there */
export function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const cause =
    error.cause instanceof Error &&
    error.cause.message !== '' &&
    !error.message.includes(error.cause.message)
      ? `: ${error.cause.message}`
      : '';
  return `${error.message}${cause}`;
}
