import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

import { rejectOnAbort } from '../../shared/abort.ts';
import type { Code } from '../../shared/codes.ts';
import type { FoundChunk } from '../../shared/search-answer.ts';
import type { Scope } from '../documents/filters.ts';
import { PulseError } from '../errors.ts';
import type { FacetName } from './facet-words.ts';
import type { FacetCount, QueryFacets } from './facets.ts';
import type { TextRange } from './highlighter.ts';
import type { Access, IndexState } from './index-files.ts';
import type { KeywordEntry } from './keyword-index.ts';
import type { Operations, Reply, ThreadSettings } from './thread.ts';
import type { KeywordPage } from './words-schema.ts';

/** Pause between two attempts at a lock that another process holds: some ten attempts a second. */
const lockRetryMs = 50;
/** How long a call without a signal waits for the lock. */
const lockLimitMs = 30_000;

/**
 * Texts that are highlighted before other calls get their turn. Ten take some 2 ms, ten of nothing
 * but compound names 10 ms (measured with texts of 320 words).
 */
const textsAtOnce = 20;

interface PendingCall {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: PulseError) => void;
}

/**
 * The keyword index: BM25 over the chunks, in SQLite FTS5 on a volume that all processes of the
 * host share. SQLite runs in a thread, so the event loop never waits for the lock. A call that was
 * given up may still be carried out; repeating it changes nothing. Every method throws PulseErrors
 * whose codes begin with KEYWORDS.
 */
export class Keywords {
  readonly #settings: ThreadSettings;
  readonly #pending = new Map<number, PendingCall>();
  #thread: Worker | undefined;
  #last = 0;
  #writes = 0;

  constructor(folder: string, access: Access = 'write') {
    this.#settings = { folder, access };
  }

  /** How often this object has written. */
  get writes(): number {
    return this.#writes;
  }

  /** Opens the file, and fails at once when file or volume cannot be used. */
  async open(): Promise<void> {
    await this.#ask('open', [], AbortSignal.timeout(lockLimitMs));
  }

  /**
   * Replaces the rows of each page, of all pages or of none. A page of which a newer version is
   * stored is left as it is.
   *
   * @param progress how far a rebuild is, stored in the same transaction
   */
  async replace(
    pages: readonly KeywordPage[],
    signal?: AbortSignal,
    progress?: string,
  ): Promise<void> {
    this.#writes += 1;
    await this.#ask('replace', [pages.map(withoutText), progress], signal);
  }

  /** Removes a document, unless a version newer than `upTo` is stored. */
  async remove(id: string, upTo = Infinity): Promise<void> {
    this.#writes += 1;
    await this.#ask('remove', [id, upTo]);
  }

  /**
   * Merges a part of what writes have added, which every search reads: see `mergeInPauses`.
   *
   * @returns whether there may be more to merge
   */
  async merge(): Promise<boolean> {
    return this.#ask('merge', []);
  }

  /** @returns the best chunks, best first; several may be of the same document */
  async search(query: string, scope: Scope, limit: number): Promise<FoundChunk[]> {
    return this.#ask('search', [query, scope, limit]);
  }

  /** @returns for each text the parts of it by which the query finds it, in their order */
  async highlight(query: string, texts: readonly string[]): Promise<TextRange[][]> {
    const ranges: TextRange[][] = [];
    for (let start = 0; start < texts.length; start += textsAtOnce)
      ranges.push(
        ...(await this.#ask('highlight', [query, texts.slice(start, start + textsAtOnce)])),
      );
    return ranges;
  }

  /**
   * Counts the documents of the whole index by each facet of these. Each takes some 50 ms for
   * 50,000 chunks, and until the last is counted this object answers nothing else.
   *
   * @param exceptDomain documents of this host are not counted
   * @returns of each facet the values that most documents have, at most `limit`
   */
  async countFacets<Name extends FacetName>(
    names: readonly Name[],
    exceptDomain: string,
    limit: number,
  ): Promise<Record<Name, FacetCount[]>> {
    return this.#ask('countFacets', [names, exceptDomain, limit]);
  }

  /**
   * Counts the documents that a query finds by their facets, among the first 10,000 chunks.
   *
   * @param limit values of each facet
   * @returns undefined while the file of the release before is searched, which does not have them
   */
  async countFacetsOf(
    query: string,
    scope: Scope,
    limit: number,
  ): Promise<QueryFacets | undefined> {
    return this.#ask('countFacetsOf', [query, scope, limit]);
  }

  /**
   * @returns the nearest word of the index, for a query of one word that it does not have;
   *   undefined when it has it, or none is near
   */
  async suggest(word: string): Promise<string | undefined> {
    return this.#ask('suggest', [word]);
  }

  /** @returns documents in the order of their ids, beginning after the id `after` */
  async inventory(after: string, limit: number): Promise<KeywordEntry[]> {
    return this.#ask('inventory', [after, limit]);
  }

  /** @returns those of the documents that are in the index */
  async entries(ids: readonly string[]): Promise<KeywordEntry[]> {
    return this.#ask('entries', [ids]);
  }

  /** @returns what is wrong in the file; empty when it is sound */
  async problems(): Promise<string[]> {
    return this.#ask('problems', []);
  }

  /** @returns how far an unfinished rebuild is; undefined when there is none */
  async progress(): Promise<string | undefined> {
    return this.#ask('progress', []);
  }

  /** Notes that the index has every document. */
  async endProgress(): Promise<void> {
    await this.#ask('endProgress', []);
  }

  /** @returns how far the file of this release is, and what is left of the release before */
  async state(): Promise<IndexState> {
    return this.#ask('state', []);
  }

  /**
   * Checks that the volume has space for a new file beside that of the release before.
   *
   * @throws PulseError KEYWORDS_SPACE
   */
  async checkSpace(): Promise<void> {
    await this.#ask('checkSpace', []);
  }

  /** Deletes the file of the release before when it is time. @returns whether it did */
  async retireOlder(): Promise<boolean> {
    return this.#ask('retireOlder', []);
  }

  /**
   * Sets the file aside and continues with an empty one. Every process of the host follows.
   *
   * @returns the new name of the old file
   */
  async startEmpty(): Promise<string> {
    return this.#ask('startEmpty', []);
  }

  async close(): Promise<void> {
    await this.#thread?.terminate();
  }

  /**
   * Repeats a call until the lock is free.
   *
   * @throws PulseError; the signal's reason when it aborts, or KEYWORDS_LOCKED when that is a
   *   timeout
   */
  async #ask<Name extends keyof Operations>(
    operation: Name,
    given: Parameters<Operations[Name]>,
    signal: AbortSignal = AbortSignal.timeout(lockLimitMs),
  ): Promise<ReturnType<Operations[Name]>> {
    for (;;) {
      try {
        signal.throwIfAborted();
        return (await Promise.race([
          this.#call(operation, given),
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
        await sleep(lockRetryMs * (0.5 + Math.random()));
      }
    }
  }

  #call(operation: keyof Operations, given: readonly unknown[]): Promise<unknown> {
    const id = ++this.#last;
    this.#thread ??= this.#start();
    this.#thread.ref();
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#thread?.postMessage({ id, operation, given });
    });
  }

  /** The thread keeps the process running only while a call is pending. */
  #start(): Worker {
    const thread = new Worker(new URL('./thread.ts', import.meta.url), {
      workerData: this.#settings,
    });
    thread.on('message', ({ id, result, fault }: Reply) => {
      const call = this.#pending.get(id);
      this.#pending.delete(id);
      if (fault === undefined) call?.resolve(result);
      else
        call?.reject(
          new PulseError(fault.code as Code, fault.kind as PulseError['kind'], fault.message),
        );
      if (this.#pending.size === 0) thread.unref();
    });
    const rejectAll = (reason: string): void => {
      if (this.#thread === thread) this.#thread = undefined;
      for (const { reject } of this.#pending.values())
        reject(new PulseError('KEYWORDS_ERROR', 'retryable', `keyword index: ${reason}`));
      this.#pending.clear();
    };
    thread.on('error', (error) => rejectAll(String(error)));
    thread.on('exit', () => rejectAll('its thread has ended'));
    thread.unref();
    return thread;
  }
}

/** Leaves out a document's whole text: what goes to the thread is copied. */
function withoutText({
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
    chunks: chunks.map(({ index, text, headings, prefix }) => ({ index, text, headings, prefix })),
  };
}
