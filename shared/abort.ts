/**
 * A promise to race work against, where that work does not look at the signal itself.
 *
 * @returns Never a value: it rejects with the signal's reason once the signal aborts.
 */
export function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}
