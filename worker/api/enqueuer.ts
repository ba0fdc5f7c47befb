import type { SubmitDependencies } from '../indexing/submit-document.ts';
import type { Logger } from '../logs.ts';
import type { DocumentDependencies } from '../operator/documents.ts';
import type { Queues } from '../queue/queues.ts';

const batchSize = 500;
/** While Redis is away. The sweep enqueues what is not noted. */
const maxNoted = 10_000;

/**
 * Enqueues documents in batches, one batch after the other, and lets nobody wait for Redis: what is
 * stored is acknowledged.
 */
export class Enqueuer {
  readonly queues: SubmitDependencies['queues'] & DocumentDependencies['queues'] = {
    enqueue: async (_name, documentId, place) =>
      place === 'front' ? this.#sendToFront(documentId) : this.#note([documentId]),
    enqueueAll: async (_name, documentIds) => this.#note(documentIds),
  };
  readonly #queues: Queues;
  readonly #log: Logger;
  readonly #noted = new Set<string>();
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
  #sendToFront(documentId: string): void {
    const sent = this.#queues
      .enqueue('indexing', documentId, 'front')
      .catch((error: unknown) => this.#warn(error, 1))
      .finally(() => this.#first.delete(sent));
    this.#first.add(sent);
  }

  #note(documentIds: readonly string[]): void {
    for (const documentId of documentIds)
      if (this.#noted.size < maxNoted) this.#noted.add(documentId);
    this.#sending ??= this.#send().finally(() => {
      this.#sending = undefined;
    });
  }

  async #send(): Promise<void> {
    while (this.#noted.size > 0) {
      const batch = [...this.#noted].slice(0, batchSize);
      for (const documentId of batch) this.#noted.delete(documentId);
      await this.#queues
        .enqueueAll('indexing', batch)
        .catch((error: unknown) => this.#warn(error, batch.length));
    }
  }

  #warn(error: unknown, documents: number): void {
    this.#log.warn({ err: error, documents }, 'stored, and enqueued as soon as Redis answers');
  }
}
