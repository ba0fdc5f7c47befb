import { waitMs } from './drain.ts';

const keptMs = 60_000;

export interface Keeping {
  /** An answer is kept for as many times as long as asking took, a minute at most. */
  readonly times: number;
  /** For how long a caller waits for a new answer where there is an old one; else until it is there. */
  readonly patienceMs?: number;
}

/**
 * Keeps the answer to a costly question.
 *
 * @param ask is called once for all callers, and again when the answer is old for the time that it
 *   took
 */
export function keepAnswer<T>(
  ask: () => Promise<T>,
  { times, patienceMs = Infinity }: Keeping,
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
        untilMs = nowMs + Math.min(keptMs, times * (nowMs - startedMs));
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
