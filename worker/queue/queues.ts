import { Queue } from 'bullmq';
import type { Job, JobsOptions } from 'bullmq';
import type { Redis } from 'ioredis';

import { queueNames, queuePrefix, writableKey } from '../../shared/queue-names.ts';
import type { QueueName } from '../../shared/queue-names.ts';
import type { Logger } from '../logs.ts';
import { openProducerConnection } from './connection.ts';
import { toRedisError, withRedisErrors } from './faults.ts';

/** A job names a document and nothing else: what is to be done for it is in Postgres. */
export interface DocumentJob {
  readonly documentId: string;
  /** Solo crashes: how often its process died while nothing else ran in it (`process-lock.ts`). */
  readonly diedAlone?: number;
  /** Why it is delayed, as `CODE: reason`. */
  readonly problem?: string;
}

/** `front`: it is the next that a worker takes. */
export type Place = 'front' | 'end';

/** Jobs of one queue. */
export interface Counts {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly paused: boolean;
  /** Jobs that all workers together may work on; null for as many as they can. */
  readonly limit: number | null;
}

/**
 * Enough for a restart of any service: the waits between them are about 1, 2, 4 and 8 s. An outage
 * of the GPU host or of a store uses up none of them.
 */
export const maxAttempts = 5;
const firstBackoffMs = 1_000;
const jitter = 0.5;

/**
 * Jobs that one queue holds at most, waiting and delayed: about 1 KiB each in Redis, so that both
 * queues fit into the least memory that a stack can give it. The other documents wait in Postgres,
 * and the sweep enqueues them, oldest first, as these are done. It may add more than those who
 * bring new documents, so that these do not keep older ones waiting; deletions, which make room,
 * come last. A canary is always enqueued.
 */
export const mostWaiting = { arriving: 12_000, swept: 15_000, removals: 16_000 };
/** Between two looks a process counts what it adds itself. */
const lookEveryMs = 1_000;

const names = Object.keys(queueNames) as QueueName[];

/**
 * The two queues as a producer and an operator use them. Every method throws PulseErrors whose
 * codes begin with REDIS.
 */
export class Queues {
  readonly #connection: Redis;
  readonly #queues: Readonly<Record<QueueName, Queue<DocumentJob>>>;
  /** What waits in each queue, as far as it is known, and when it was looked up. */
  readonly #waiting = {
    indexing: { jobs: 0, atMs: -Infinity },
    embedding: { jobs: 0, atMs: -Infinity },
  };

  constructor(redisUrl: string, log: Logger) {
    this.#connection = openProducerConnection(redisUrl, log);
    const queue = (name: QueueName): Queue<DocumentJob> => {
      const opened = new Queue<DocumentJob>(queueNames[name], {
        connection: this.#connection,
        prefix: queuePrefix,
      });
      opened.on('error', (error) => log.debug({ err: error, queue: name }, 'queue'));
      return opened;
    };
    this.#queues = { indexing: queue('indexing'), embedding: queue('embedding') };
  }

  get redis(): Redis {
    return this.#connection;
  }

  queue(name: QueueName): Queue<DocumentJob> {
    return this.#queues[name];
  }

  /** Writes a key that expires at once, as a replica and a Redis without room do not. */
  async requireWrites(): Promise<void> {
    await withRedisErrors(() => this.#connection.set(writableKey, '', 'PX', 1_000));
  }

  /**
   * Adds a job for a document, unless one is waiting already. At most one more is active. A job in
   * back-off is replaced, so that new content does not wait for an old failure.
   *
   * @param place where among the waiting jobs; at the end when it is left out
   */
  async enqueue(name: QueueName, documentId: string, place: Place = 'end'): Promise<void> {
    if (place === 'end') return void (await this.enqueueAll(name, [documentId]));
    const options = { ...jobOptions(documentId), lifo: true };
    await withRedisErrors(() => this.#queues[name].add('document', { documentId }, options));
  }

  /**
   * The same for many, as far as there is room. What is left out is in Postgres, where the sweep
   * finds it.
   *
   * @param most jobs that the queue may hold afterwards: see {@link mostWaiting}
   * @returns for how many of them there was room, the first ones
   */
  async enqueueAll(
    name: QueueName,
    documentIds: readonly string[],
    most = mostWaiting.arriving,
  ): Promise<number> {
    if (documentIds.length === 0) return 0;
    const waiting = this.#waiting[name];
    if (performance.now() - waiting.atMs > lookEveryMs) await this.roomIn(name, most);
    const fitting = documentIds.slice(0, Math.max(0, most - waiting.jobs));
    if (fitting.length === 0) return 0;
    waiting.jobs += fitting.length;
    await withRedisErrors(() =>
      this.#queues[name].addBulk(
        fitting.map((documentId) => ({
          name: 'document',
          data: { documentId },
          opts: jobOptions(documentId),
        })),
      ),
    );
    return fitting.length;
  }

  /** @returns how many more jobs a queue may hold */
  async roomIn(name: QueueName, most: number): Promise<number> {
    const counts = await withRedisErrors(() => this.#queues[name].getJobCounts('wait', 'delayed'));
    const jobs = (counts['wait'] ?? 0) + (counts['delayed'] ?? 0);
    Object.assign(this.#waiting[name], { jobs, atMs: performance.now() });
    return Math.max(0, most - jobs);
  }

  /**
   * Two commands, however many documents there are; a third round trip where a job is lost.
   *
   * @returns those of the documents that have no waiting, active or delayed job
   */
  async findUnqueued(name: QueueName, documentIds: readonly string[]): Promise<string[]> {
    if (documentIds.length === 0) return [];
    const key = (kind: string): string => `${queuePrefix}:${queueNames[name]}:${kind}`;
    const redis = this.#connection;
    const known = await withRedisErrors(() => redis.mget(documentIds.map((id) => key(`de:${id}`))));
    const jobs = known.filter((jobId) => jobId !== null).map(key);
    const existing = jobs.length === 0 ? 0 : await withRedisErrors(() => redis.exists(jobs));
    if (existing === jobs.length) return documentIds.filter((_, index) => known[index] === null);
    // Redis may have lost its last second, and with it a job whose key is still there.
    const exist = await this.#read(known.map((jobId) => ['exists', key(jobId ?? 'none')]));
    return documentIds.filter((_, index) => exist[index] !== 1);
  }

  /** @returns the job of a document, and its state as BullMQ calls it */
  async findJob(
    name: QueueName,
    documentId: string,
  ): Promise<{ job: Job<DocumentJob>; state: string } | undefined> {
    return withRedisErrors(async () => {
      const queue = this.#queues[name];
      const jobId = await queue.getDeduplicationJobId(documentId);
      const job = jobId === null ? undefined : await queue.getJob(jobId);
      return job && { job, state: await job.getState() };
    });
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
    const [indexing, embedding] = await withRedisErrors(() =>
      Promise.all([of('indexing'), of('embedding')]),
    );
    return { indexing, embedding };
  }

  async setPaused(paused: boolean): Promise<void> {
    await this.#each((queue) => (paused ? queue.pause() : queue.resume()));
  }

  /**
   * @param limit of jobs of each queue that all workers together may work on; null for as many as
   *   they can
   */
  async setLimit(limit: number | null): Promise<void> {
    await this.#each((queue) =>
      limit === null ? queue.removeGlobalConcurrency() : queue.setGlobalConcurrency(limit),
    );
  }

  /**
   * Removes a document's waiting or delayed jobs. An active job stays: it goes by what Postgres
   * says about the document.
   */
  async withdraw(documentId: string): Promise<void> {
    await this.#each(async (queue) => {
      const jobId = await queue.getDeduplicationJobId(documentId);
      if (jobId !== null) await queue.remove(jobId);
    });
  }

  /** Removes all waiting and delayed jobs. */
  async withdrawAll(): Promise<void> {
    await this.#each((queue) => queue.drain(true));
  }

  async close(): Promise<void> {
    await Promise.all(names.map((name) => this.#queues[name].close()));
    this.#connection.disconnect();
  }

  async #each(act: (queue: Queue<DocumentJob>) => Promise<unknown>): Promise<void> {
    for (const name of names) await withRedisErrors(() => act(this.#queues[name]));
  }

  async #read(commands: string[][]): Promise<unknown[]> {
    const answers = await withRedisErrors(() => this.#connection.pipeline(commands).exec());
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
    // Failures are in Postgres, with code and reason. A list in Redis would keep documents that are
    // repaired since.
    removeOnFail: true,
  };
}
