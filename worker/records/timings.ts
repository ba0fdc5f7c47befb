/** The steps that a document goes through, in their order. */
export type TimedStep = 'clean' | 'chunk' | 'keyword' | 'embed' | 'upsert';

/** Milliseconds that each step of a run took, to a tenth. */
export type Timings = Partial<Record<TimedStep, number>>;

/**
 * Does a step and adds the time it took to `timings`, also when it fails.
 *
 * @returns what the work returns
 */
export async function measureStep<T>(
  timings: Timings,
  step: TimedStep,
  work: () => Promise<T>,
): Promise<T> {
  const startedMs = performance.now();
  try {
    return await work();
  } finally {
    const sumMs = (timings[step] ?? 0) + performance.now() - startedMs;
    timings[step] = Math.round(sumMs * 10) / 10;
  }
}
