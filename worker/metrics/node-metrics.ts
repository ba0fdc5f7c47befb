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

interface NamedFamilies {
  /** Of the process. */
  readonly name: string;
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

  /** What was written last is shown for as long as it is fresh. */
  stop(): void {
    clearInterval(this.#timer);
  }

  /** @returns those of all replicas */
  async readAll(): Promise<Family[]> {
    const { redis } = this.#options;
    const texts = Object.entries(await redis.hgetall(processesKey));
    const records = texts.map(([name, text]) => ({ name, ...(JSON.parse(text) as ProcessRecord) }));
    const ageMs = ({ at }: ProcessRecord): number => Date.now() - at;
    const forgotten = records.filter((record) => ageMs(record) > forgottenMs);
    if (forgotten.length > 0) await redis.hdel(processesKey, ...forgotten.map(({ name }) => name));
    const fresh = records.filter((record) => ageMs(record) <= freshMs);
    // In a Redis that was just emptied.
    const isMissing = !fresh.some(({ name }) => name === this.#options.name);
    return merge(isMissing ? [...fresh, this.#describeSelf()] : fresh);
  }

  /** @returns those of this process, where those of all cannot be had */
  readOwn(): Family[] {
    return merge([this.#describeSelf()]);
  }

  /**
   * Only what may rise and fall: its counters would seem to have been set back, when they are shown
   * as they were written last, a moment later.
   */
  #describeSelf(): NamedFamilies {
    const families = this.#last.filter(({ type }) => type === 'gauge');
    return { name: this.#options.name, families };
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
function merge(records: readonly NamedFamilies[]): Family[] {
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
