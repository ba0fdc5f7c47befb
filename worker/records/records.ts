import type { Pool } from 'pg';
import { v5 as uuidv5 } from 'uuid';

import type { Chunk } from '../chunks/split.ts';
import type { Document } from '../documents/document.ts';
import type { QueueName } from '../../shared/queue-names.ts';
import { ask } from '../postgres/connection.ts';
import * as statements from './statements.ts';
import type { Timings } from './timings.ts';

export interface Version {
  readonly documentId: string;
  readonly versionId: number;
  readonly page: Document;
  readonly state: 'pending' | 'indexed' | 'failed' | 'cancelled';
  readonly keywordAt: Date | null;
  readonly vectorsAt: Date | null;
  readonly code: string | null;
  readonly reason: string | null;
}

export type StoredChunk = Pick<Chunk, 'index' | 'text' | 'headings'>;

/** A version as the second stage needs it: its text is in its chunks. */
export type ChunkedVersion = Omit<Version, 'page'> & { readonly page: Omit<Document, 'text'>; readonly chunks: readonly StoredChunk[] };

/** `again`: tried later; `failed`: the end of this version, until somebody retries it. */
export interface Failure { readonly stage: QueueName; readonly outcome: 'again' | 'failed'; readonly code: string; readonly reason: string; readonly timings?: Timings }

/** The same for the same page, whoever computes it. */
export function documentIdOf(url: string): string {
  return uuidv5(url, uuidv5.URL);
}

/** The truth about documents: what came in, how far it is, and why it failed. Every method is one statement, and throws PulseErrors. */
export class Records {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Stores a page as the newest version of its document; `unchanged` when the newest has the same content and has not failed. */
  async accept(page: Document, { clean }: Timings = {}): Promise<{ documentId: string; outcome: 'accepted' | 'unchanged' }> {
    const documentId = documentIdOf(page.url);
    const made = await ask(this.#pool, statements.accept, [documentId, page.url, page.contentHash, page, clean ?? null]);
    return { documentId, outcome: made.length === 1 ? 'accepted' : 'unchanged' };
  }

  async latest(documentId: string): Promise<Version | undefined> {
    return (await ask<Version>(this.#pool, statements.latest, [documentId]))[0];
  }

  /** Names the latest version without reading its page, which may be what kills a process. */
  async latestName(documentId: string): Promise<Pick<Version, 'documentId' | 'versionId'> | undefined> {
    return (await ask<Version>(this.#pool, { name: 'latest-name', text: 'SELECT id AS "documentId", latest::float8 AS "versionId" FROM documents WHERE id = $1 AND latest IS NOT NULL' }, [documentId]))[0];
  }

  /** The latest version with its chunks; no chunk when its first stage is not done. */
  async latestChunks(documentId: string): Promise<ChunkedVersion | undefined> {
    return (await ask<ChunkedVersion>(this.#pool, statements.latestChunks, [documentId]))[0];
  }

  /** Whether no newer version has come in, and the document is not gone. */
  async isLatest({ documentId, versionId }: Pick<Version, 'documentId' | 'versionId'>): Promise<boolean> {
    return (await ask(this.#pool, { name: 'is-latest', text: 'SELECT 1 FROM documents WHERE id = $1 AND latest = $2' }, [documentId, versionId])).length === 1;
  }

  /** Findable by keyword, its chunks kept for the second stage; false when a newer version has come in since, or the document is gone. */
  async storeChunks({ documentId, versionId }: Version, chunks: readonly StoredChunk[], timings: Timings = {}): Promise<boolean> {
    const kept = chunks.map(({ index, text, headings }) => ({ index, text, headings }));
    return (await ask(this.#pool, statements.storeChunks, [documentId, versionId, JSON.stringify(kept), kept.length, timings])).length === 1;
  }

  /** Findable both ways: done. False when a newer version has come in since; then its points may be overwritten, and it is opened again. */
  async markIndexed({ documentId, versionId }: Pick<Version, 'documentId' | 'versionId'>, timings: Timings = {}): Promise<boolean> {
    const [marked] = await ask<{ versionId: number }>(this.#pool, statements.markIndexed, [documentId, versionId, timings]);
    return marked?.versionId === versionId;
  }

  /** One more line in the history of the document's runs; `failed` ends the version. */
  async recordFailure({ documentId, versionId }: Pick<Version, 'documentId' | 'versionId'>, { stage, outcome, code, reason, timings = {} }: Failure): Promise<void> {
    await ask(this.#pool, statements.recordFailure, [documentId, versionId, stage, outcome, code, reason, timings]);
  }

  /** Back to work, whatever its state: `from` the first stage, or the second where the words are right and the vectors are not. How many there were. */
  async reopen(documentIds: readonly string[], from: QueueName): Promise<number> {
    return (await ask(this.#pool, `
      UPDATE versions v SET state = 'pending', code = NULL, reason = NULL, vectors_at = NULL, keyword_at = CASE WHEN $2 = 'embedding' THEN keyword_at END
      FROM documents d WHERE d.id = ANY($1) AND v.id = d.latest RETURNING v.id`, [documentIds, from])).length;
  }

  /** Back to work: this one, if it failed or was cancelled. */
  async retry(documentId: string): Promise<boolean> {
    return (await ask(this.#pool, `
      UPDATE versions v SET state = 'pending', code = NULL, reason = NULL
      FROM documents d WHERE d.id = $1 AND d.latest = v.id AND v.state IN ('failed', 'cancelled') RETURNING d.id`, [documentId])).length === 1;
  }

  /** Back to work: failed documents, all or those with a code. */
  async retryFailed(code?: string): Promise<string[]> {
    const rows = await ask<{ id: string }>(this.#pool, `
      UPDATE versions v SET state = 'pending', code = NULL, reason = NULL
      FROM documents d WHERE v.state = 'failed' AND ($1::text IS NULL OR v.code = $1) AND d.latest = v.id RETURNING d.id`, [code ?? null]);
    return rows.map(({ id }) => id);
  }

  /** What is to be done after a version, oldest first, and in which queue; `olderThanSeconds` leaves alone what has only just come in. */
  async pending({ after = 0, olderThanSeconds = 0, limit }: { after?: number; olderThanSeconds?: number; limit: number }): Promise<{ documentId: string; versionId: number; queue: QueueName }[]> {
    return ask(this.#pool, `
      SELECT v.document_id AS "documentId", v.id::float8 AS "versionId", CASE WHEN v.keyword_at IS NULL THEN 'indexing' ELSE 'embedding' END AS queue
      FROM versions v JOIN documents d ON d.latest = v.id
      WHERE v.state = 'pending' AND v.id > $3 AND v.created_at < now() - make_interval(secs => $1) ORDER BY v.id LIMIT $2`, [olderThanSeconds, limit, after]);
  }

  /** Not indexed, by the operator's wish: these, or all that are pending except these. The documents. */
  async cancel(which: { readonly only: readonly string[] } | { readonly allBut: readonly string[] }): Promise<string[]> {
    const rows = await ask<{ id: string }>(this.#pool, `
      UPDATE versions v SET state = 'cancelled' FROM documents d
      WHERE v.state = 'pending' AND d.latest = v.id AND (d.id = ANY($1)) = $2 RETURNING d.id`, 'only' in which ? [which.only, true] : [which.allBut, false]);
    return rows.map(({ id }) => id);
  }

  /** How many of these documents are in each state. */
  async states(documentIds: readonly string[]): Promise<{ pending: number; indexed: number; failed: number }> {
    const rows = await ask<{ state: string; count: number }>(this.#pool, `
      SELECT v.state, count(*)::int AS count FROM documents d JOIN versions v ON v.id = d.latest WHERE d.id = ANY($1) GROUP BY v.state`, [documentIds]);
    const of = (state: string) => rows.find((row) => row.state === state)?.count ?? 0;
    return { pending: of('pending'), indexed: of('indexed'), failed: of('failed') };
  }

  /** Newest first: what failed, or was cancelled, in which stage, when and why. */
  async ended(state: 'failed' | 'cancelled', limit: number): Promise<{ documentId: string; url: string; queue: QueueName; code: string | null; reason: string | null; at: Date }[]> {
    return ask(this.#pool, `
      SELECT d.id AS "documentId", d.url, CASE WHEN v.keyword_at IS NULL THEN 'indexing' ELSE 'embedding' END AS queue, v.code, v.reason,
        coalesce((SELECT max(r.finished_at) FROM runs r WHERE r.document_id = d.id AND r.version_id = v.id), v.created_at) AS at
      FROM versions v JOIN documents d ON d.latest = v.id WHERE v.state = $1 ORDER BY v.id DESC LIMIT $2`, [state, limit]);
  }

  /** Documents that failed in each stage. */
  async failures(): Promise<Record<QueueName, number>> {
    const [row] = await ask<Record<QueueName, number>>(this.#pool, `
      SELECT count(*) FILTER (WHERE v.keyword_at IS NULL)::int AS indexing, count(*) FILTER (WHERE v.keyword_at IS NOT NULL)::int AS embedding
      FROM versions v JOIN documents d ON d.latest = v.id WHERE v.state = 'failed'`);
    return row ?? { indexing: 0, embedding: 0 };
  }

  async urlsOf(documentIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await ask<{ id: string; url: string }>(this.#pool, 'SELECT id, url FROM documents WHERE id = ANY($1)', [documentIds]);
    return new Map(rows.map(({ id, url }) => [id, url]));
  }

  /** Documents after an id, in the order of their ids: those of a host, or all. */
  async documents({ domain, after = '00000000-0000-0000-0000-000000000000', limit }: { domain?: string | undefined; after?: string; limit: number }): Promise<string[]> {
    const rows = await ask<{ id: string }>(this.#pool, `
      SELECT id FROM documents WHERE id > $1 AND ($2::text IS NULL OR split_part(split_part(url, '/', 3), ':', 1) = $2) ORDER BY id LIMIT $3`, [after, domain ?? null, limit]);
    return rows.map(({ id }) => id);
  }

  /** @param value undefined takes the wish back */
  async setOperator(key: string, value: unknown): Promise<void> {
    if (value === undefined) return void await ask(this.#pool, 'DELETE FROM operator WHERE key = $1', [key]);
    await ask(this.#pool, 'INSERT INTO operator VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value', [key, JSON.stringify(value)]);
  }

  async operator(key: string): Promise<unknown> {
    return (await ask<{ value: unknown }>(this.#pool, 'SELECT value FROM operator WHERE key = $1', [key]))[0]?.value;
  }

  /** How many documents there are. */
  async count(): Promise<number> {
    return (await ask<{ count: number }>(this.#pool, 'SELECT count(*)::int FROM documents'))[0]?.count ?? 0;
  }
}
