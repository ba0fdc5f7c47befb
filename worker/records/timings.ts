/** The steps of a document's way, in their order. */
export type TimedStep = 'clean' | 'chunk' | 'keyword' | 'embed' | 'upsert';

/** Milliseconds that each step of a run took, to a tenth. */
export type Timings = Partial<Record<TimedStep, number>>;

/** Does a step and notes how long it took, also when it fails; a repeated step adds up. */
export async function measureStep<T>(
  timings: Timings,
  step: TimedStep,
  work: () => Promise<T>,
): Promise<T> {
  const began = performance.now();
  try {
    return await work();
  } finally {
    timings[step] = Math.round(((timings[step] ?? 0) + performance.now() - began) * 10) / 10;
  }
}
