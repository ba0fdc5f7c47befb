import { waitMs } from './drain.ts';

/** Asking then takes a hundredth of a processor, however often somebody wants to know. */
const keptTimes = 100;
/** A process that has just started takes long for everything. */
const firstKeptMs = 2_000;

/**
 * @param mostMs the longest time for which an answer is kept
 * @param patienceMs for how long a caller waits for a new answer where there is an old one
 * @returns asks once for all callers, and again when the answer is old for the time that it took;
 *   an error is not kept
 */
export function keepForAWhile<T>(
  ask: () => Promise<T>,
  mostMs: number,
  patienceMs = Infinity,
): () => Promise<T> {
  let last: Promise<T> | undefined;
  let before: { readonly answer: T } | undefined;
  let untilMs = 0;
  const renew = (): Promise<T> => {
    const startedMs = performance.now();
    untilMs = Infinity;
    const asked = ask();
    asked.then(
      (answer) => {
        const nowMs = performance.now();
        const keptMs = before === undefined ? Math.min(firstKeptMs, mostMs) : mostMs;
        untilMs = nowMs + Math.min(keptMs, keptTimes * (nowMs - startedMs));
        before = { answer };
      },
      () => {
        last = undefined;
        before = undefined;
      },
    );
    return asked;
  };
  return async () => {
    if (last === undefined || performance.now() >= untilMs) last = renew();
    if (before === undefined || patienceMs === Infinity) return last;
    const old = before;
    return Promise.race([last, waitMs(patienceMs).then(() => old.answer)]);
  };
}
