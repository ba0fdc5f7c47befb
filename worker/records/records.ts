import type { Pool } from 'pg';

import type { QueueName } from '../../shared/queue-names.ts';
import { documentIdOf, lowestDocumentId } from '../documents/document-id.ts';
import type { Document } from '../documents/document.ts';
import type {
  ChunkedVersion,
  DocumentVersion,
  StoredChunk,
  Version,
} from '../documents/version.ts';
import { ask } from '../postgres/connection.ts';
import type { EncodedPage } from './encoded-page.ts';
import * as operator from './operator-statements.ts';
import * as statements from './statements.ts';
import type { Timings } from './timings.ts';

/** A document that was opened again. */
export interface RetriedDocument {
  readonly documentId: string;
  /** The stage that it has not come through. */
  readonly stage: QueueName;
}

/** How an attempt at a version went wrong. */
export interface Failure {
  readonly stage: QueueName;
  /** `again`: it is tried later; `failed`: the version ends, until somebody retries it. */
  readonly outcome: 'again' | 'failed';
  readonly code: string;
  readonly reason: string;
  readonly timings?: Timings;
}

/** A stage was done for a version. */
export interface StageEnd {
  /** Since the version came in; null where the stage was done before, as when it is indexed again. */
  readonly seconds: number | null;
}

/**
 * The truth about documents: what came in, how far it is, and why it failed. Every method is one
 * statement, and throws PulseErrors whose codes begin with POSTGRES.
 */
export class Records {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * Stores a page as the newest version of its document.
   *
   * @returns `unchanged` when the newest version has the same content and has not failed
   */
  async accept(
    page: Document | EncodedPage,
    { clean }: Timings = {},
  ): Promise<{ documentId: string; outcome: 'accepted' | 'unchanged' }> {
    const documentId = documentIdOf(page.url);
    // The client sends bytes in binary form, and everything else as JSON.
    const stored = 'jsonb' in page ? Buffer.from(page.jsonb.buffer) : page;
    const values = [documentId, page.url, page.contentHash, stored, clean ?? null];
    const rows = await ask(this.#pool, statements.accept, values);
    return { documentId, outcome: rows.length === 1 ? 'accepted' : 'unchanged' };
  }

  async latest(documentId: string): Promise<Version | undefined> {
    const [version] = await ask<Version>(this.#pool, statements.latest, [documentId]);
    return version;
  }

  /** Names the latest version without reading its page, which may be what kills a process. */
  async latestName(documentId: string): Promise<DocumentVersion | undefined> {
    const [version] = await ask<Version>(this.#pool, statements.latestName, [documentId]);
    return version;
  }

  /** The latest version with its chunks: none as long as its first stage is not done. */
  async latestChunks(documentId: string): Promise<ChunkedVersion | undefined> {
    const [version] = await ask<ChunkedVersion>(this.#pool, statements.latestChunks, [documentId]);
    return version;
  }

  /** Whether no newer version has come in, and the document has not been deleted. */
  async isLatest({ documentId, versionId }: DocumentVersion): Promise<boolean> {
    const rows = await ask(this.#pool, statements.isLatest, [documentId, versionId]);
    return rows.length === 1;
  }

  /**
   * Ends the first stage: the version can be found by keyword, and its chunks are kept for the
   * second stage.
   *
   * @returns undefined, and stores nothing, when a newer version has come in or the document is
   *   gone
   */
  async storeChunks(
    { documentId, versionId }: DocumentVersion,
    chunks: readonly StoredChunk[],
    timings: Timings = {},
  ): Promise<StageEnd | undefined> {
    const kept = chunks.map(({ index, text, headings, prefix, chunker }) => ({
      index,
      text,
      headings,
      prefix,
      chunker,
    }));
    const values = [documentId, versionId, JSON.stringify(kept), kept.length, timings];
    const [stored] = await ask<{ seconds: number | null }>(
      this.#pool,
      statements.storeChunks,
      values,
    );
    return stored;
  }

  /**
   * Ends the second stage: the version can be found both ways.
   *
   * @returns undefined when a newer version has come in since; that one is opened again, because
   *   its points may have been overwritten
   */
  async markIndexed(
    { documentId, versionId }: DocumentVersion,
    timings: Timings = {},
  ): Promise<StageEnd | undefined> {
    const values = [documentId, versionId, timings];
    const [marked] = await ask<{ versionId: number; seconds: number | null }>(
      this.#pool,
      statements.markIndexed,
      values,
    );
    return marked?.versionId === versionId ? { seconds: marked.seconds } : undefined;
  }

  /** Adds a failure to the history of the document's runs. `failed` ends the version. */
  async recordFailure(
    { documentId, versionId }: DocumentVersion,
    { stage, outcome, code, reason, timings = {} }: Failure,
  ): Promise<void> {
    const values = [documentId, versionId, stage, outcome, code, reason, timings];
    await ask(this.#pool, statements.recordFailure, values);
  }

  /**
   * Opens documents again, whatever their state.
   *
   * @param from the first stage; or the second, where the keywords are right and the vectors are
   *   not
   * @returns how many there were
   */
  async reopen(documentIds: readonly string[], from: QueueName): Promise<number> {
    return (await ask(this.#pool, operator.reopen, [documentIds, from])).length;
  }

  /** Opens those of the documents again that failed or were cancelled. */
  async retry(documentIds: readonly string[]): Promise<RetriedDocument[]> {
    return ask(this.#pool, operator.retry, [documentIds]);
  }

  /** Opens failed documents again: all, or those with a code. */
  async retryFailed(code?: string): Promise<RetriedDocument[]> {
    return ask(this.#pool, operator.retryFailed, [code ?? null]);
  }

  /**
   * Keeps pending documents from being indexed: these, or all except these.
   *
   * @returns the ids of those that were pending
   */
  async cancel(
    which: { readonly only: readonly string[] } | { readonly allBut: readonly string[] },
  ): Promise<string[]> {
    return this.#askIds(
      operator.cancel,
      'only' in which ? [which.only, true] : [which.allBut, false],
    );
  }

  /**
   * Documents that a stage has to work on, oldest version first.
   *
   * @param filter `after` is the version to begin after; `olderThanSeconds` leaves out what has
   *   only just come in
   */
  async pending({
    queue,
    after = 0,
    olderThanSeconds = 0,
    limit,
  }: {
    queue: QueueName;
    after?: number;
    olderThanSeconds?: number;
    limit: number;
  }): Promise<DocumentVersion[]> {
    return ask(this.#pool, operator.pending[queue], [olderThanSeconds, limit, after]);
  }

  /** How many of these documents are in each state. */
  async states(
    documentIds: readonly string[],
  ): Promise<{ pending: number; indexed: number; failed: number }> {
    type Row = { state: string; count: number };
    const rows = await ask<Row>(this.#pool, operator.states, [documentIds]);
    const count = (state: string) => rows.find((row) => row.state === state)?.count ?? 0;
    return { pending: count('pending'), indexed: count('indexed'), failed: count('failed') };
  }

  /** @returns the URLs of those documents that have not been deleted, by id */
  async urlsOf(documentIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await ask<{ id: string; url: string }>(
      this.#pool,
      'SELECT id, url FROM documents WHERE id = ANY($1)',
      [documentIds],
    );
    return new Map(rows.map(({ id, url }) => [id, url]));
  }

  /** @returns ids in their order, after one of them: those of a host, or all */
  async documents({
    domain,
    after = lowestDocumentId,
    limit,
  }: {
    domain?: string | undefined;
    after?: string;
    limit: number;
  }): Promise<string[]> {
    return this.#askIds(operator.documents, [after, domain ?? null, limit]);
  }

  /** @param start how the URLs begin: scheme and host at least */
  async listUnder(start: string): Promise<{ readonly id: string; readonly url: string }[]> {
    const host = new URL(start).hostname;
    return ask(this.#pool, operator.documentsUnder, [host, start]);
  }

  /** How many documents there are. */
  async count(): Promise<number> {
    const [row] = await ask<{ count: number }>(this.#pool, 'SELECT count(*)::int FROM documents');
    return row?.count ?? 0;
  }

  async #askIds(statement: string, values: readonly unknown[]): Promise<string[]> {
    const rows = await ask<{ id: string }>(this.#pool, statement, values);
    return rows.map(({ id }) => id);
  }
}
