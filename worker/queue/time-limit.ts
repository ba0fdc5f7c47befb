import { PulseError } from '../errors.ts';

/**
 * Work that is told to end and is still there after this is left behind: it holds no job any more,
 * and its process is not to be trusted.
 */
const graceMs = 3_000;

export interface Limit {
  readonly limitMs: number;
  /** Somebody else's wish that the work ends: a drain out of time, a lost lock. */
  readonly cancelled: AbortSignal;
  /** Told when work did not end although it was told to. */
  readonly onAbandoned: () => void;
}

/**
 * Does the work, told by a signal to end when its time is over. @throws PulseError
 * INDEXING_TIMEOUT, or the reason of the cancellation
 */
export async function runWithTimeLimit<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { limitMs, cancelled, onAbandoned }: Limit,
): Promise<T> {
  cancelled.throwIfAborted();
  const limit = new AbortController();
  const timer = setTimeout(
    () =>
      limit.abort(
        new PulseError('INDEXING_TIMEOUT', 'retryable', `not done within ${limitMs / 1000} s`),
      ),
    limitMs,
  );
  const signal = AbortSignal.any([limit.signal, cancelled]);
  let grace: NodeJS.Timeout | undefined;
  const leftBehind = new Promise<never>((_, reject) => {
    signal.onabort = () => {
      grace = setTimeout(() => {
        onAbandoned();
        reject(signal.reason);
      }, graceMs);
    };
  });
  try {
    return await Promise.race([work(signal), leftBehind]);
  } catch (error) {
    // What was interrupted may say it in words of its own.
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.onabort = null;
    clearTimeout(timer);
    clearTimeout(grace);
  }
}
