import { Worker } from 'node:worker_threads';

import type { StoredChunk } from '../records/records.ts';
import type { Operation } from './thread.ts';

export interface KeywordPage {
  readonly id: string;
  /** An older version never replaces a newer one. */
  readonly version: number;
  readonly url: string;
  readonly title: string;
  readonly domain: string;
  readonly language: string | null;
  readonly country: string | null;
  readonly isMobile: boolean | null;
  readonly chunks: readonly StoredChunk[];
}

export interface KeywordHit { readonly url: string; readonly title: string; readonly passage: string; readonly score: number }

interface Waiting { readonly resolve: (result: never) => void; readonly reject: (error: Error) => void }

/** BM25 over the passages, in SQLite FTS5 on a volume that all processes of the host share. */
export class Keywords {
  readonly #thread: Worker;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  constructor(folder: string) {
    this.#thread = new Worker(new URL('./thread.ts', import.meta.url), { workerData: { folder } });
    this.#thread.on('message', ({ id, result, problem }: { id: number; result: never; problem?: string }) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (problem === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(`keyword index: ${problem}`));
      if (this.#waiting.size === 0) this.#thread.unref();
    });
    const lost = (error: Error): void => {
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    };
    this.#thread.on('error', lost);
    this.#thread.on('exit', () => lost(new Error('keyword index: its thread has ended')));
    this.#thread.unref();
  }

  async replace(page: KeywordPage, _signal?: AbortSignal): Promise<void> { await this.#ask('replace', page); }

  /** @param upTo version after which it is another document's, and stays */
  async remove(id: string, upTo = Infinity): Promise<void> { await this.#ask('remove', { id, upTo }); }

  /** Best passages for any of the query's words. */
  async search(query: string, limit: number): Promise<KeywordHit[]> {
    return this.#ask('search', { words: query.match(/[\p{L}\p{N}]+/gu) ?? [], limit });
  }

  async inventory(): Promise<{ id: string; version: number; rows: number }[]> { return this.#ask('inventory', undefined); }

  async close(): Promise<void> {
    await this.#thread.terminate();
  }

  #ask<T>(operation: Operation, argument: unknown): Promise<T> {
    const id = ++this.#last;
    this.#thread.ref();
    return new Promise<T>((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as (result: never) => void, reject });
      this.#thread.postMessage({ id, operation, argument });
    });
  }
}
