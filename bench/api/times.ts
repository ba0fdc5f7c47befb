import { createHistogram } from 'node:perf_hooks';

export interface Times {
  readonly medianMs: number;
  readonly p99Ms: number;
}

/** Collects times; a histogram holds whole numbers only, so it counts in microseconds. */
export class TimeRecorder {
  readonly #microseconds = createHistogram();

  record(ms: number): void {
    this.#microseconds.record(Math.max(1, Math.round(ms * 1000)));
  }

  summarize(): Times {
    return {
      medianMs: this.#microseconds.percentile(50) / 1000,
      p99Ms: this.#microseconds.percentile(99) / 1000,
    };
  }
}
