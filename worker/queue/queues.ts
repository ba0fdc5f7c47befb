import { Queue } from 'bullmq';
import { Redis } from 'ioredis';

import { queueNames, queuePrefix } from '../../healthchecks/names.ts';
import type { QueueName } from '../../healthchecks/names.ts';
import type { Logger } from '../logs.ts';

export interface DocumentJob { readonly documentId: string }

/** Enough for a restart of any service; an outage of the GPU host uses up none of them. */
export const attempts = 5;

/** The two queues as a producer sees them. A job is a doorbell: it names a document, what is to be done stands in Postgres. */
export class Queues {
  readonly #connection: Redis;
  readonly #queues: Readonly<Record<QueueName, Queue<DocumentJob>>>;

  constructor(redisUrl: string, log: Logger) {
    // A producer fails at once when Redis is away: the document is in Postgres already, and the sweep rings later.
    this.#connection = new Redis(redisUrl, { maxRetriesPerRequest: 1, enableOfflineQueue: true, connectTimeout: 5_000 });
    this.#connection.on('error', (error) => log.warn({ err: error }, 'Redis connection'));
    const queue = (name: QueueName): Queue<DocumentJob> => {
      const made = new Queue<DocumentJob>(queueNames[name], { connection: this.#connection, prefix: queuePrefix });
      made.on('error', (error) => log.warn({ err: error, queue: name }, 'queue'));
      return made;
    };
    this.#queues = { indexing: queue('indexing'), embedding: queue('embedding') };
  }

  get redis(): Redis { return this.#connection; }

  queue(name: QueueName): Queue<DocumentJob> { return this.#queues[name]; }

  /** At most one job of a document works and one waits; a second waiting one would do the same. */
  async ring(name: QueueName, documentId: string): Promise<void> {
    await this.#queues[name].add('document', { documentId }, {
      deduplication: { id: documentId, keepLastIfActive: true },
      attempts,
      backoff: { type: 'exponential', delay: 1_000, jitter: 0.5 },
      removeOnComplete: true,
      removeOnFail: { count: 10_000 },
    });
  }

  /** A job of this document waits, works or is delayed. */
  async knows(name: QueueName, documentId: string): Promise<boolean> {
    return await this.#queues[name].getDeduplicationJobId(documentId) !== null;
  }

  async counts(): Promise<Record<QueueName, { waiting: number; active: number; delayed: number; failed: number; paused: boolean }>> {
    const of = async (name: QueueName) => {
      const [counts, paused] = await Promise.all([this.#queues[name].getJobCounts('wait', 'active', 'delayed', 'failed'), this.#queues[name].isPaused()]);
      return { waiting: counts['wait'] ?? 0, active: counts['active'] ?? 0, delayed: counts['delayed'] ?? 0, failed: counts['failed'] ?? 0, paused };
    };
    const [indexing, embedding] = await Promise.all([of('indexing'), of('embedding')]);
    return { indexing, embedding };
  }

  async setPaused(paused: boolean): Promise<void> {
    for (const queue of Object.values(this.#queues)) await (paused ? queue.pause() : queue.resume());
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#queues).map((queue) => queue.close()));
    this.#connection.disconnect();
  }
}
