/** The steps that a document goes through, in their order. */
export type TimedStep = 'clean' | 'chunk' | 'keyword' | 'embed' | 'upsert';

/** Milliseconds that each step of a run took, to a tenth. */
export type Timings = Partial<Record<TimedStep, number>>;
