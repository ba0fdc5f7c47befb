import { setTimeout as delay } from 'node:timers/promises';

import type { Redis } from 'ioredis';

import type { OpenRecord } from './state.ts';

/**
 * How long an open circuit is kept in Redis. Longer than any pause between two probes: when every
 * replica is gone, the circuit closes by itself.
 */
export const openForMs = 60_000;
/** A trial without any call in this time is over, and the circuit is closed. */
const trialForMs = 5_000;
/**
 * Redis runs on the same host and answers in a millisecond. Without it no job is taken from a queue
 * anyway.
 */
const redisLimitMs = 500;

/**
 * The record of one circuit in Redis, and the lease of the one replica that probes. Both expire: an
 * emptied Redis is a closed circuit, and another replica takes over from one that died.
 */
export class CircuitStore {
  readonly #redis: Redis;
  readonly #recordKey: string;
  readonly #leaseKey: string;

  constructor(redis: Redis, name: string) {
    this.#redis = redis;
    this.#recordKey = `pulse:circuit:${name}`;
    this.#leaseKey = `pulse:circuit:${name}:probe`;
  }

  /**
   * @returns undefined when the circuit is closed
   * @throws Error when Redis does not answer in 500 ms
   */
  async read(): Promise<OpenRecord | undefined> {
    const text = await withRedisLimit(this.#redis.get(this.#recordKey));
    return text === null ? undefined : (JSON.parse(text) as OpenRecord);
  }

  /** Writes a record only where there is none, so that `since` stays that of the first replica. */
  async writeFirst(record: OpenRecord): Promise<void> {
    const text = JSON.stringify(record);
    await withRedisLimit(this.#redis.set(this.#recordKey, text, 'PX', lifetimeMs(record), 'NX'));
  }

  async write(record: OpenRecord): Promise<void> {
    const text = JSON.stringify(record);
    await withRedisLimit(this.#redis.set(this.#recordKey, text, 'PX', lifetimeMs(record)));
  }

  async clear(): Promise<void> {
    await withRedisLimit(this.#redis.del(this.#recordKey, this.#leaseKey));
  }

  /** @returns true for one replica at a time, until the lease ends */
  async leaseProbe(replica: string, leaseMs: number): Promise<boolean> {
    const answer = await withRedisLimit(
      this.#redis.set(this.#leaseKey, replica, 'PX', leaseMs, 'NX'),
    );
    return answer === 'OK';
  }

  /** Keeps every replica from probing for this time. */
  async postponeProbe(delayMs: number): Promise<void> {
    await withRedisLimit(this.#redis.set(this.#leaseKey, 'rest', 'PX', delayMs));
  }
}

function lifetimeMs({ kind }: OpenRecord): number {
  return kind === 'open' ? openForMs : trialForMs;
}

async function withRedisLimit<T>(answer: Promise<T>): Promise<T> {
  const limit = new AbortController();
  const late = delay(redisLimitMs, undefined, { signal: limit.signal, ref: false }).then(() => {
    throw new Error(`Redis gave no answer in ${redisLimitMs} ms`);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    limit.abort();
    // The promise that lost the race may still reject.
    late.catch(() => {});
    answer.catch(() => {});
  }
}
