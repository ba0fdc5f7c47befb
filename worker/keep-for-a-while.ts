/** Asking then takes a hundredth of a processor, however often somebody wants to know. */
const keptTimes = 100;

/**
 * @param mostMs the longest time for which an answer is kept
 * @returns asks once for all callers, and again when the answer is old for the time that it took;
 *   an error is not kept
 */
export function keepForAWhile<T>(ask: () => Promise<T>, mostMs: number): () => Promise<T> {
  let last: Promise<T> | undefined;
  let untilMs = 0;
  return () => {
    if (last !== undefined && performance.now() < untilMs) return last;
    const startedMs = performance.now();
    untilMs = Infinity;
    last = ask();
    last.then(
      () => {
        const nowMs = performance.now();
        untilMs = nowMs + Math.min(mostMs, keptTimes * (nowMs - startedMs));
      },
      () => {
        last = undefined;
      },
    );
    return last;
  };
}
