import { setTimeout as delay } from 'node:timers/promises';

import type { Redis } from 'ioredis';

import type { Code } from '../../shared/codes.ts';

/** What all replicas know of a circuit that is not closed. */
export interface OpenRecord {
  readonly kind: 'open' | 'half-open';
  /** When it opened first; a failed trial does not begin it anew. */
  readonly since: number;
  readonly code: Code;
  readonly reason: string;
  /** Failed probes and trials since it opened. */
  readonly failures: number;
  /** The replica that may try while it is half-open. */
  readonly trialBy?: string;
}

/**
 * Longer than any pause between two probes: when every replica is gone, the circuit closes by
 * itself.
 */
export const openForMs = 60_000;
/** A trial that has had no job to do in this time is over, and the circuit closed. */
const trialForMs = 5_000;
/**
 * Redis is on the same host and answers in a millisecond; without it nothing is taken from a queue
 * anyway.
 */
const redisLimitMs = 500;

/**
 * A circuit's record and the lease of its one prober, in Redis. Everything there expires: an
 * emptied Redis is a closed circuit, a dead prober is followed by another.
 */
export class SharedRecord {
  readonly #redis: Redis;
  readonly #record: string;
  readonly #lease: string;

  constructor(redis: Redis, name: string) {
    this.#redis = redis;
    this.#record = `pulse:circuit:${name}`;
    this.#lease = `pulse:circuit:${name}:probe`;
  }

  /** @throws when Redis does not answer */
  async read(): Promise<OpenRecord | undefined> {
    const text = await inTime(this.#redis.get(this.#record));
    return text === null ? undefined : (JSON.parse(text) as OpenRecord);
  }

  /** `first` leaves a record alone that is there already, so that `since` stays. */
  async write(record: OpenRecord, { first = false } = {}): Promise<void> {
    const lifetime = record.kind === 'open' ? openForMs : trialForMs;
    await inTime(
      first
        ? this.#redis.set(this.#record, JSON.stringify(record), 'PX', lifetime, 'NX')
        : this.#redis.set(this.#record, JSON.stringify(record), 'PX', lifetime),
    );
  }

  async clear(): Promise<void> {
    await inTime(this.#redis.del(this.#record, this.#lease));
  }

  /** True for one replica at a time, until the lease ends. */
  async leaseProbe(holder: string, forMs: number): Promise<boolean> {
    return (await inTime(this.#redis.set(this.#lease, holder, 'PX', forMs, 'NX'))) === 'OK';
  }

  /** Nobody probes for this long. */
  async restProbe(forMs: number): Promise<void> {
    await inTime(this.#redis.set(this.#lease, 'rest', 'PX', forMs));
  }
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const limit = new AbortController();
  const late = delay(redisLimitMs, undefined, { signal: limit.signal, ref: false }).then(() => {
    throw new Error(`Redis gave no answer in ${redisLimitMs} ms`);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    limit.abort();
    late.catch(() => {}); // the other one of the race
    answer.catch(() => {});
  }
}
