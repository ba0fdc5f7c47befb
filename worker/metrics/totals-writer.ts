import { randomUUID } from 'node:crypto';

import type { Redis } from 'ioredis';

import { totalsKey } from '../../shared/queue-names.ts';
import type { Logger } from '../logs.ts';
import type { Tally } from './tally.ts';

const everyMs = 2_000;
/** How long a batch whose outcome is unknown is known to Redis: longer than any outage but one. */
const rememberedSeconds = 86_400;

/**
 * Keys: the totals, the last batch of this process. Arguments: number of the batch, then fields and
 * what is added to each. The number is written first: should a field be broken, what comes after it
 * is lost and nothing is added twice.
 */
const addOnce = `
  if redis.call('GET', KEYS[2]) == ARGV[1] then return 0 end
  redis.call('SET', KEYS[2], ARGV[1], 'EX', ${rememberedSeconds})
  for i = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[1], ARGV[i], ARGV[i + 1]) end
  return 1`;

export interface TotalsWriterOptions {
  readonly redis: Redis;
  readonly tally: Tally;
  readonly log: Logger;
}

interface Batch {
  readonly number: number;
  readonly values: readonly (string | number)[];
}

/**
 * Adds what this process counts to the totals of the stack in Redis, every two seconds. A batch is
 * sent until Redis has said that it has it, and added once, also when an answer was lost: Redis
 * knows the number of the last one. A process that is killed loses the counts of two seconds.
 */
export class TotalsWriter {
  readonly #options: TotalsWriterOptions;
  readonly #batchKey = `${totalsKey}:batch:${randomUUID()}`;
  #batch: Batch | undefined;
  #last = 0;
  #timer: NodeJS.Timeout | undefined;
  #adding: Promise<void> | undefined;

  constructor(options: TotalsWriterOptions) {
    this.#options = options;
  }

  start(): void {
    this.#timer = setInterval(() => void this.#addLater(), everyMs).unref();
  }

  /**
   * Ends it, and adds what is left.
   *
   * @throws Error when Redis does not take it
   */
  async finish(): Promise<void> {
    clearInterval(this.#timer);
    await this.#addLater();
    // What was counted while the batch before was under way.
    await this.#addAll();
  }

  /** One batch after the other. A failure is told and tried again. */
  #addLater(): Promise<void> {
    this.#adding ??= this.#addAll()
      .catch((error: unknown) =>
        this.#options.log.debug({ err: error }, 'counts are added as soon as Redis takes them'),
      )
      .finally(() => {
        this.#adding = undefined;
      });
    return this.#adding;
  }

  async #addAll(): Promise<void> {
    while ((this.#batch ??= this.#takeBatch()) !== undefined) {
      const { number, values } = this.#batch;
      await this.#options.redis.eval(
        addOnce,
        2,
        totalsKey,
        this.#batchKey,
        String(number),
        ...values,
      );
      this.#batch = undefined;
    }
  }

  #takeBatch(): Batch | undefined {
    const increments = this.#options.tally.take();
    if (increments === undefined) return undefined;
    this.#last += 1;
    return { number: this.#last, values: [...increments].flat() };
  }
}
