import { PulseError } from '../errors.ts';

export interface Limit {
  readonly limitMs: number;
  /** Stops the work for another reason: a drain that takes too long, a lost lock. */
  readonly cancelled: AbortSignal;
  /**
   * How long work may go on after it was stopped, asked when it is. Then it is abandoned: it holds
   * no job any more, and its process should end.
   */
  readonly graceMs: () => number;
  /** Called when work does not end after it was stopped. */
  readonly onAbandoned: () => void;
}

/**
 * Does work, and stops it by its signal when its time is over.
 *
 * @throws PulseError INDEXING_TIMEOUT, or the reason of the cancellation
 */
export async function runWithTimeLimit<T>(
  work: (signal: AbortSignal) => Promise<T>,
  { limitMs, cancelled, graceMs, onAbandoned }: Limit,
): Promise<T> {
  cancelled.throwIfAborted();
  const limit = new AbortController();
  const timer = setTimeout(() => {
    const problem = `not done within ${limitMs / 1000} s`;
    limit.abort(new PulseError('INDEXING_TIMEOUT', 'retryable', problem));
  }, limitMs);
  const signal = AbortSignal.any([limit.signal, cancelled]);
  let grace: NodeJS.Timeout | undefined;
  const abandoned = Promise.withResolvers<never>();
  const startGrace = (): void => {
    grace = setTimeout(() => {
      onAbandoned();
      abandoned.reject(signal.reason);
    }, graceMs());
  };
  signal.addEventListener('abort', startGrace, { once: true });
  try {
    return await Promise.race([work(signal), abandoned.promise]);
  } catch (error) {
    // Work that was stopped may throw an error of its own.
    throw signal.aborted ? signal.reason : error;
  } finally {
    signal.removeEventListener('abort', startGrace);
    clearTimeout(timer);
    clearTimeout(grace);
  }
}
