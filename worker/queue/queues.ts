import { Queue } from 'bullmq';
import type { JobsOptions } from 'bullmq';
import type { Redis } from 'ioredis';

import { queueNames, queuePrefix } from '../../shared/queue-names.ts';
import type { QueueName } from '../../shared/queue-names.ts';
import type { Logger } from '../logs.ts';
import { openProducerConnection, toRedisError } from './connection.ts';

/** A job is a doorbell: it names a document, what is to be done stands in Postgres. */
export interface DocumentJob {
  readonly documentId: string;
  /** Times it was begun with nothing else in its process, which died: see `alone.ts`. */
  readonly diedAlone?: number;
  /** Why it waits, as `CODE: reason`. */
  readonly problem?: string;
}

export interface Counts {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly paused: boolean;
  /** Jobs that all workers together may work on. */ readonly limit: number | null;
}

/**
 * Enough for a restart of any service; an outage of the GPU host, or of a store, uses up none of
 * them. Waits of some 1, 2, 4 and 8 s lie between.
 */
export const maxAttempts = 5;
const firstBackoffMs = 1_000;
const jitter = 0.5;

const names = Object.keys(queueNames) as QueueName[];

/** The two queues as a producer and an operator see them. Every method throws PulseErrors. */
export class Queues {
  readonly #connection: Redis;
  readonly #queues: Readonly<Record<QueueName, Queue<DocumentJob>>>;

  constructor(redisUrl: string, log: Logger) {
    this.#connection = openProducerConnection(redisUrl, log);
    const queue = (name: QueueName): Queue<DocumentJob> => {
      const made = new Queue<DocumentJob>(queueNames[name], {
        connection: this.#connection,
        prefix: queuePrefix,
      });
      made.on('error', (error) => log.debug({ err: error, queue: name }, 'queue'));
      return made;
    };
    this.#queues = { indexing: queue('indexing'), embedding: queue('embedding') };
  }

  get redis(): Redis {
    return this.#connection;
  }

  queue(name: QueueName): Queue<DocumentJob> {
    return this.#queues[name];
  }

  /**
   * At most one job of a document works and one waits. One that waits out a back-off is replaced:
   * what came in now must not wait for what failed before.
   */
  async enqueue(name: QueueName, documentId: string): Promise<void> {
    await asking(() => this.#queues[name].add('document', { documentId }, jobOptions(documentId)));
  }

  async enqueueAll(name: QueueName, documentIds: readonly string[]): Promise<void> {
    if (documentIds.length === 0) return;
    await asking(() =>
      this.#queues[name].addBulk(
        documentIds.map((documentId) => ({
          name: 'document',
          data: { documentId },
          opts: jobOptions(documentId),
        })),
      ),
    );
  }

  /**
   * Those of the documents for which no job waits, works or is delayed. One round trip or two,
   * however many.
   */
  async findUnqueued(name: QueueName, documentIds: readonly string[]): Promise<string[]> {
    const key = (kind: string): string => `${queuePrefix}:${queueNames[name]}:${kind}`;
    const known = await this.#read(documentIds.map((id) => ['get', key(`de:${id}`)]));
    // A key may outlive its job, when Redis lost its last second.
    const exist = await this.#read(known.map((jobId) => ['exists', key(String(jobId ?? 'none'))]));
    return documentIds.filter((_, index) => exist[index] !== 1);
  }

  async counts(): Promise<Record<QueueName, Counts>> {
    const of = async (name: QueueName): Promise<Counts> => {
      const queue = this.#queues[name];
      const [counts, paused, limit] = await Promise.all([
        queue.getJobCounts('wait', 'active', 'delayed'),
        queue.isPaused(),
        queue.getGlobalConcurrency(),
      ]);
      return {
        waiting: counts['wait'] ?? 0,
        active: counts['active'] ?? 0,
        delayed: counts['delayed'] ?? 0,
        paused,
        limit,
      };
    };
    const [indexing, embedding] = await asking(() =>
      Promise.all([of('indexing'), of('embedding')]),
    );
    return { indexing, embedding };
  }

  async setPaused(paused: boolean): Promise<void> {
    await this.#each((queue) => (paused ? queue.pause() : queue.resume()));
  }

  /**
   * @param limit jobs of each queue that all workers together may work on; null for as many as they
   *   can
   */
  async setLimit(limit: number | null): Promise<void> {
    await this.#each((queue) =>
      limit === null ? queue.removeGlobalConcurrency() : queue.setGlobalConcurrency(limit),
    );
  }

  /**
   * Takes away a document's waiting or delayed jobs; a job that is being worked on stays, and finds
   * its document as Postgres has it.
   */
  async withdraw(documentId: string): Promise<void> {
    await this.#each(async (queue) => {
      const jobId = await queue.getDeduplicationJobId(documentId);
      if (jobId !== null) await queue.remove(jobId);
    });
  }

  async withdrawAll(): Promise<void> {
    await this.#each((queue) => queue.drain(true));
  }

  async close(): Promise<void> {
    await Promise.all(names.map((name) => this.#queues[name].close()));
    this.#connection.disconnect();
  }

  async #each(act: (queue: Queue<DocumentJob>) => Promise<unknown>): Promise<void> {
    for (const name of names) await asking(() => act(this.#queues[name]));
  }

  async #read(commands: string[][]): Promise<unknown[]> {
    const answers = await asking(() => this.#connection.pipeline(commands).exec());
    return (answers ?? []).map(([error, value]) => {
      if (error !== null) throw toRedisError(error);
      return value;
    });
  }
}

function jobOptions(documentId: string): JobsOptions {
  return {
    deduplication: { id: documentId, keepLastIfActive: true, replace: true },
    attempts: maxAttempts,
    backoff: { type: 'exponential', delay: firstBackoffMs, jitter },
    removeOnComplete: true,
    // A failure stands in Postgres, with code and reason; a second list would tell of documents that are repaired since.
    removeOnFail: true,
  };
}

async function asking<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw toRedisError(error);
  }
}
