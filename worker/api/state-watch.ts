import { setTimeout as sleep } from 'node:timers/promises';

import type { Pool } from 'pg';

import { readDocumentStates } from '../records/document-status.ts';
import type { DocumentState } from '../records/document-status.ts';

/** The states that can be waited for. */
export const awaitedStates = ['keyword-searchable', 'indexed'] as const;
export type AwaitedState = (typeof awaitedStates)[number];

const lookEveryMs = 250;
/** Further callers are answered at once. */
const maxWaiters = 100;

interface Waiter {
  readonly documentId: string;
  readonly until: AwaitedState;
  readonly end: () => void;
}

/** Lets callers wait for a document's state. All of them together cost one look at Postgres. */
export class StateWatch {
  readonly #pool: Pool;
  readonly #stopping: AbortSignal;
  readonly #waiters = new Set<Waiter>();
  #isLooking = false;

  /** @param stopping ends every wait */
  constructor(pool: Pool, stopping: AbortSignal) {
    this.#pool = pool;
    this.#stopping = stopping;
  }

  /**
   * Waits until the document is in the state, or can no longer get there; until time is up, or the
   * caller is gone. It does not say which.
   */
  async wait(
    documentId: string,
    until: AwaitedState,
    limitMs: number,
    gone: AbortSignal,
  ): Promise<void> {
    if (this.#waiters.size >= maxWaiters) return;
    const { promise, resolve: end } = Promise.withResolvers<void>();
    const waiter = { documentId, until, end };
    // Callers may wait for parts of a millisecond, a timeout may not.
    const timeout = AbortSignal.timeout(Math.ceil(limitMs));
    const signal = AbortSignal.any([this.#stopping, gone, timeout]);
    if (signal.aborted) return;
    signal.addEventListener('abort', () => end(), { once: true });
    this.#waiters.add(waiter);
    if (!this.#isLooking) void this.#look();
    await promise;
    this.#waiters.delete(waiter);
  }

  async #look(): Promise<void> {
    this.#isLooking = true;
    while (this.#waiters.size > 0) {
      const awaited = [...this.#waiters];
      const ids = awaited.map(({ documentId }) => documentId);
      // While Postgres is away they wait on; the answer after that says so.
      const states = await readDocumentStates(this.#pool, ids).catch(() => undefined);
      for (const { documentId, until, end } of awaited)
        if (states !== undefined && isOver(states.get(documentId), until)) end();
      await sleep(lookEveryMs);
    }
    this.#isLooking = false;
  }
}

function isOver(state: DocumentState | undefined, until: AwaitedState): boolean {
  return state !== 'pending' && (state !== 'keyword-searchable' || until === state);
}
