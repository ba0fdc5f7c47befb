import type { Redis } from 'ioredis';
import { collectDefaultMetrics, Registry } from 'prom-client';

import { processesKey } from '../../shared/queue-names.ts';
import type { Logger } from '../logs.ts';
import type { Family } from './definition.ts';

const everyMs = 5_000;
/** Three times as long: a process that has not written for this time is gone. */
const freshMs = 15_000;
const forgottenMs = 600_000;
/** Gauges whose names end as counters do, which promtool refuses. They have others without it. */
const misnamed = [
  'nodejs_active_resources_total',
  'nodejs_active_handles_total',
  'nodejs_active_requests_total',
];

interface ProcessRecord {
  readonly at: number;
  readonly families: readonly Family[];
}

export interface NodeMetricsOptions {
  readonly redis: Redis;
  /** Name of this process among the replicas. */
  readonly name: string;
  readonly log: Logger;
}

/**
 * What Node says of this process: processor, memory, event loop, garbage collection. Whichever
 * replica is asked shows that of all, because each writes its own to Redis every five seconds.
 */
export class NodeMetrics {
  readonly #options: NodeMetricsOptions;
  readonly #registry = new Registry();
  #last: readonly Family[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(options: NodeMetricsOptions) {
    this.#options = options;
  }

  start(): void {
    collectDefaultMetrics({ register: this.#registry });
    for (const name of misnamed) this.#registry.removeSingleMetric(name);
    this.#timer = setInterval(() => void this.#write(), everyMs).unref();
    void this.#write();
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#options.redis.hdel(processesKey, this.#options.name);
  }

  /** @returns those of all replicas */
  async readAll(): Promise<Family[]> {
    const { redis } = this.#options;
    const texts = Object.entries(await redis.hgetall(processesKey));
    const records = texts.map(([name, text]) => ({ name, ...(JSON.parse(text) as ProcessRecord) }));
    const ageMs = ({ at }: ProcessRecord): number => Date.now() - at;
    const forgotten = records.filter((record) => ageMs(record) > forgottenMs);
    if (forgotten.length > 0) await redis.hdel(processesKey, ...forgotten.map(({ name }) => name));
    return merge(records.filter((record) => ageMs(record) <= freshMs));
  }

  /**
   * @returns those of this process that may rise and fall. Its counters would seem to have been set
   *   back, when they are shown as they were written last, a moment later
   */
  ownGauges(): Family[] {
    const families = this.#last.filter(({ type }) => type === 'gauge');
    return merge([{ name: this.#options.name, families }]);
  }

  async #write(): Promise<void> {
    const { redis, name, log } = this.#options;
    try {
      this.#last = (await this.#registry.getMetricsAsJSON()) as unknown as Family[];
      const record: ProcessRecord = { at: Date.now(), families: this.#last };
      await redis.hset(processesKey, name, JSON.stringify(record));
    } catch (error) {
      log.debug({ err: error }, 'what Node says of this process was not written');
    }
  }
}

/** @returns each metric once, its values with the name of their process */
function merge(
  records: readonly { readonly name: string; readonly families: readonly Family[] }[],
): Family[] {
  const merged = new Map<string, Family>();
  for (const { name: process, families } of records)
    for (const { name, help, type, values } of families) {
      const before = merged.get(name)?.values ?? [];
      const own = values
        // JSON has no word for a mean of nothing.
        .filter(({ value }) => typeof value === 'number')
        .map((value) => ({ ...value, labels: { process, ...value.labels } }));
      merged.set(name, { name, help, type, values: [...before, ...own] });
    }
  return [...merged.values()];
}
