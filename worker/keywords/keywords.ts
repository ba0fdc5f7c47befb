import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { rejectOnAbort } from '../../healthchecks/probe.ts';
import type { Code } from '../../shared/codes.ts';
import type { Filters } from '../documents/filters.ts';
import { PulseError } from '../errors.ts';
import type { KeywordEntry, KeywordHit, KeywordPage } from './keyword-index.ts';
import type { Operations, Reply } from './thread.ts';

/**
 * Between two looks at a lock that another process holds; with SQLite's own short wait, some ten a
 * second.
 */
const lockedPauseMs = 50;
/** How long a write without a signal of its own waits for the lock. */
const lockedLimitMs = 30_000;

interface Waiting {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: PulseError) => void;
}

/**
 * BM25 over the passages, in SQLite FTS5 on a volume that all processes of the host share. Writes
 * of many processes take turns; the event loop never waits for them. A write that is given up may
 * still be done: repeating it changes nothing. Every method throws PulseErrors whose codes begin
 * with KEYWORDS.
 */
export class Keywords {
  readonly #folder: string;
  readonly #waiting = new Map<number, Waiting>();
  #thread: Worker | undefined;
  #last = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Says at once what is wrong with file or volume; otherwise the first use does. */
  async open(): Promise<void> {
    await this.#ask('open', [], AbortSignal.timeout(lockedLimitMs));
  }

  /**
   * Each page's rows become those given, all or none; an older version than the one that is there
   * changes nothing. `progress` is kept with them.
   */
  async replace(
    pages: readonly KeywordPage[],
    signal?: AbortSignal,
    progress?: string,
  ): Promise<void> {
    await this.#ask('replace', [pages.map(slim), progress], signal);
  }

  /** @param upTo version after which it is another document's, and stays */
  async remove(id: string, upTo = Infinity): Promise<void> {
    await this.#ask('remove', [id, upTo]);
  }

  /** Best passages, best first; several may be of one page. */
  async search(query: string, filters: Filters, limit: number): Promise<KeywordHit[]> {
    return this.#ask('search', [query, filters, limit]);
  }

  /** Pages in the order of their ids, after one of them. */
  async inventory(after: string, limit: number): Promise<KeywordEntry[]> {
    return this.#ask('inventory', [after, limit]);
  }

  /** Those of the pages that are there. */
  async entries(ids: readonly string[]): Promise<KeywordEntry[]> {
    return this.#ask('entries', [ids]);
  }

  /** What is wrong inside the file; empty when it is sound. */
  async problems(): Promise<string[]> {
    return this.#ask('problems', []);
  }

  /** Where a rebuild that was broken off had come to. */
  async progress(): Promise<string | undefined> {
    return this.#ask('progress', []);
  }

  async endProgress(): Promise<void> {
    await this.#ask('endProgress', []);
  }

  /**
   * Puts the file aside and goes on with an empty one; every process of the host follows. The name
   * of what was kept.
   */
  async startAnew(): Promise<string> {
    return this.#ask('startAnew', []);
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
  }

  /**
   * Tries until the lock is free. @throws PulseError; when the signal comes first, its reason, or
   * KEYWORDS_LOCKED where that is a time limit
   */
  async #ask<Name extends keyof Operations>(
    operation: Name,
    given: Parameters<Operations[Name]>,
    signal: AbortSignal = AbortSignal.timeout(lockedLimitMs),
  ): Promise<ReturnType<Operations[Name]>> {
    for (;;) {
      try {
        signal.throwIfAborted();
        return (await Promise.race([
          this.#once(operation, given),
          rejectOnAbort(signal),
        ])) as ReturnType<Operations[Name]>;
      } catch (error) {
        if (signal.aborted && signal.reason?.name === 'TimeoutError')
          throw new PulseError(
            'KEYWORDS_LOCKED',
            'away',
            'keyword index: another process holds its lock',
            error,
          );
        if (!(error instanceof PulseError) || error.code !== 'KEYWORDS_LOCKED') throw error;
        await sleep(lockedPauseMs * (0.5 + Math.random()));
      }
    }
  }

  #once(operation: keyof Operations, given: readonly unknown[]): Promise<unknown> {
    const id = ++this.#last;
    this.#thread ??= this.#start();
    this.#thread.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#thread?.postMessage({ id, operation, given });
    });
  }

  /** A thread keeps the process alive only while something is asked of it. */
  #start(): Worker {
    const thread = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: { folder: this.#folder },
    });
    thread.on('message', ({ id, result, fault }: Reply) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (fault === undefined) waiting?.resolve(result);
      else
        waiting?.reject(
          new PulseError(fault.code as Code, fault.kind as PulseError['kind'], fault.message),
        );
      if (this.#waiting.size === 0) thread.unref();
    });
    const ended = (reason: string): void => {
      if (this.#thread === thread) this.#thread = undefined;
      for (const { reject } of this.#waiting.values())
        reject(new PulseError('KEYWORDS_ERROR', 'retryable', `keyword index: ${reason}`));
      this.#waiting.clear();
    };
    thread.on('error', (error) => ended(String(error)));
    thread.on('exit', () => ended('its thread has ended'));
    thread.unref();
    return thread;
  }
}

/** What crosses to the thread is copied: a document's whole text need not. */
function slim({
  id,
  version,
  url,
  title,
  domain,
  language,
  country,
  isMobile,
  chunks,
}: KeywordPage): KeywordPage {
  return {
    id,
    version,
    url,
    title,
    domain,
    language,
    country,
    isMobile,
    chunks: chunks.map(({ index, text, headings }) => ({ index, text, headings })),
  };
}
