import { waitMs } from './drain.ts';

/** Asking then takes a hundredth of the time, however often somebody wants to know. */
const keptTimes = 100;
const keptMs = 60_000;

/**
 * Keeps the answer to a costly question.
 *
 * @param ask is called once for all callers, and again when the answer is old for the time that it
 *   took
 * @param patienceMs for how long a caller waits for a new answer where there is an old one
 */
export function keepAnswer<T>(ask: () => Promise<T>, patienceMs = Infinity): () => Promise<T> {
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
        untilMs = nowMs + Math.min(keptMs, keptTimes * (nowMs - startedMs));
        before = { answer };
      },
      () => {
        last = undefined;
        before = undefined;
        untilMs = 0;
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
