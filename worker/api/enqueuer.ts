import { queueNames } from '../../shared/queue-names.ts';
import type { QueueName } from '../../shared/queue-names.ts';
import type { SubmitDependencies } from '../indexing/submit-document.ts';
import type { Logger } from '../logs.ts';
import type { DocumentDependencies } from '../operator/documents.ts';
import type { Queues } from '../queue/queues.ts';

const names = Object.keys(queueNames) as QueueName[];
const batchSize = 500;
/** For each queue, while Redis is away. The sweep enqueues what is not noted. */
const maxNoted = 10_000;

/**
 * Enqueues documents in batches, one batch after the other, and lets nobody wait for Redis: what is
 * stored is acknowledged.
 */
export class Enqueuer {
  readonly queues: SubmitDependencies['queues'] & DocumentDependencies['queues'] = {
    enqueue: async (name, documentId, place) =>
      place === 'front' ? this.#sendToFront(name, documentId) : this.#note(name, [documentId]),
    enqueueAll: async (name, documentIds) => this.#note(name, documentIds),
  };
  readonly #queues: Queues;
  readonly #log: Logger;
  readonly #noted = { indexing: new Set<string>(), embedding: new Set<string>() };
  readonly #first = new Set<Promise<void>>();
  #sending: Promise<void> | undefined;

  constructor(queues: Queues, log: Logger) {
    this.#queues = queues;
    this.#log = log;
  }

  /** Waits until everything that was noted is enqueued, or has failed to be. */
  async finish(): Promise<void> {
    await Promise.all([this.#sending, ...this.#first]);
  }

  /** Alone, and not behind the batches. */
  #sendToFront(name: QueueName, documentId: string): void {
    const sent = this.#queues
      .enqueue(name, documentId, 'front')
      .catch((error: unknown) => this.#warn(error, 1))
      .finally(() => this.#first.delete(sent));
    this.#first.add(sent);
  }

  #note(name: QueueName, documentIds: readonly string[]): void {
    const noted = this.#noted[name];
    for (const documentId of documentIds) if (noted.size < maxNoted) noted.add(documentId);
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  async #send(): Promise<void> {
    for (;;) {
      const name = names.find((one) => this.#noted[one].size > 0);
      if (name === undefined) return;
      const batch = [...this.#noted[name]].slice(0, batchSize);
      for (const documentId of batch) this.#noted[name].delete(documentId);
      await this.#queues
        .enqueueAll(name, batch)
        .catch((error: unknown) => this.#warn(error, batch.length));
    }
  }

  #warn(error: unknown, documents: number): void {
    this.#log.warn({ err: error, documents }, 'stored, and enqueued as soon as Redis answers');
  }
}
