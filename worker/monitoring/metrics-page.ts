import { totalsKey } from '../../shared/queue-names.ts';
import { waitMs } from '../drain.ts';
import type { Family } from '../metrics/definition.ts';
import { showSamples, writeMetrics } from '../metrics/exposition.ts';
import type { NodeMetrics } from '../metrics/node-metrics.ts';
import { showTotals } from '../metrics/read-totals.ts';
import type { KnownLabels } from '../metrics/read-totals.ts';
import type { Services } from '../services.ts';
import { readSamples } from './samples.ts';
import type { Source } from './samples.ts';

export interface MetricsPageOptions {
  readonly services: Pick<Services, 'queues' | 'log'>;
  readonly sources: readonly Source[];
  readonly nodeMetrics: NodeMetrics;
  /** Labels that are known besides those of the definitions; routes are added to them later. */
  readonly knownLabels: KnownLabels;
}

/** What a store has not answered by then is left out: a scrape has to end in 2 s. */
export const limitMs = 1_000;

/** Writes what a Prometheus scrapes. Those who ask at the same time get the same answer. */
export class MetricsPage {
  readonly #options: MetricsPageOptions;
  #writing: Promise<string> | undefined;

  constructor(options: MetricsPageOptions) {
    this.#options = options;
  }

  write(): Promise<string> {
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    return this.#writing;
  }

  async #write(): Promise<string> {
    const { services, sources, nodeMetrics } = this.#options;
    const [samples, totals, node] = await Promise.all([
      readSamples(sources, limitMs, services.log),
      this.#orInstead(this.#readTotals(), () => []),
      this.#orInstead(nodeMetrics.readAll(), () => nodeMetrics.readOwn()),
    ]);
    return writeMetrics([...showSamples(samples), ...totals, ...node]);
  }

  /**
   * The totals of all processes, and nothing that only this one has counted: what one replica shows
   * and another does not would look like a counter that was set back. While Redis is away there are
   * none, which is a gap.
   */
  async #readTotals(): Promise<Family[]> {
    const { services, knownLabels } = this.#options;
    return showTotals(await services.queues.redis.hgetall(totalsKey), knownLabels);
  }

  async #orInstead(asked: Promise<Family[]>, instead: () => Family[]): Promise<Family[]> {
    const { log } = this.#options.services;
    const answered = asked.catch((error: unknown) => {
      log.debug({ err: error }, 'metrics of Redis were left out');
      return false as const;
    });
    return (await Promise.race([answered, waitMs(limitMs)])) || instead();
  }
}
