import type { Pool, PoolClient } from 'pg';
import { v5 as uuidv5 } from 'uuid';

import type { Chunk } from '../chunks/split.ts';
import type { Document } from '../documents/document.ts';
import type { QueueName } from '../../healthchecks/names.ts';

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

/** The truth about documents: what came in, how far it is, and why it failed. */
export class Records {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /** Stores a page as the newest version of its document; `unchanged` when the newest has the same content and has not failed. */
  async accept(page: Document): Promise<{ documentId: string; outcome: 'accepted' | 'unchanged' }> {
    const documentId = uuidv5(page.url, uuidv5.URL);
    return this.#transaction(async (client) => {
      await client.query('INSERT INTO documents (id, url) VALUES ($1, $2) ON CONFLICT (id) DO NOTHING', [documentId, page.url]);
      await lockDocument(client, documentId);
      const latest = await latestVersion(client, documentId);
      if (latest?.page.contentHash === page.contentHash && (latest.state === 'pending' || latest.state === 'indexed')) return { documentId, outcome: 'unchanged' };
      await client.query('INSERT INTO versions (document_id, content_hash, page) VALUES ($1, $2, $3)', [documentId, page.contentHash, page]);
      return { documentId, outcome: 'accepted' };
    });
  }

  async latest(documentId: string): Promise<Version | undefined> {
    return latestVersion(this.#pool, documentId);
  }

  /** Replaces the document's chunks; false when a newer version has come in since. */
  async storeChunks({ documentId, versionId }: Version, chunks: readonly StoredChunk[]): Promise<boolean> {
    return this.#transaction(async (client) => {
      if (!await lockDocument(client, documentId) || (await latestVersion(client, documentId))?.versionId !== versionId) return false;
      await client.query('DELETE FROM chunks WHERE document_id = $1', [documentId]);
      await client.query(
        `INSERT INTO chunks (document_id, version_id, index, body, headings)
         SELECT $1, $2, chunk.index, chunk.text, ARRAY(SELECT jsonb_array_elements_text(chunk.headings))
         FROM jsonb_to_recordset($3::jsonb) AS chunk(index int, text text, headings jsonb)`,
        [documentId, versionId, JSON.stringify(chunks)],
      );
      return true;
    });
  }

  async chunksOf({ documentId, versionId }: Version): Promise<StoredChunk[]> {
    const { rows } = await this.#pool.query<StoredChunk>(
      'SELECT index, body AS text, headings FROM chunks WHERE document_id = $1 AND version_id = $2 ORDER BY index', [documentId, versionId]);
    return rows;
  }

  /** Findable by keyword. */
  async markKeywords({ versionId }: Version): Promise<void> {
    await this.#pool.query('UPDATE versions SET keyword_at = now() WHERE id = $1', [versionId]);
  }

  /** Findable both ways: done. False when a newer version has come in since; then its vectors may be overwritten, and it is opened again. */
  async markIndexed({ documentId, versionId }: Version): Promise<boolean> {
    return this.#transaction(async (client) => {
      if (!await lockDocument(client, documentId)) return false;
      const latest = await latestVersion(client, documentId);
      if (latest?.versionId === versionId) {
        await client.query("UPDATE versions SET state = 'indexed', vectors_at = now(), code = NULL, reason = NULL WHERE id = $1", [versionId]);
        return true;
      }
      if (latest !== undefined) await client.query("UPDATE versions SET state = 'pending', vectors_at = NULL WHERE id = $1 AND state = 'indexed'", [latest.versionId]);
      return false;
    });
  }

  async markFailed({ versionId }: Version, code: string, reason: string): Promise<void> {
    await this.#pool.query("UPDATE versions SET state = 'failed', code = $2, reason = $3 WHERE id = $1 AND state = 'pending'", [versionId, code, reason]);
  }

  /** Back to work: failed documents, all or those with a code. */
  async retryFailed(code?: string): Promise<string[]> {
    const { rows } = await this.#pool.query<{ id: string }>(
      `UPDATE versions v SET state = 'pending', code = NULL, reason = NULL
       WHERE state = 'failed' AND ($1::text IS NULL OR code = $1) AND NOT EXISTS (SELECT 1 FROM versions n WHERE n.document_id = v.document_id AND n.id > v.id)
       RETURNING document_id AS id`, [code ?? null]);
    return rows.map(({ id }) => id);
  }

  /** What is to be done, oldest first, and in which queue; `olderThanSeconds` leaves alone what has only just come in. */
  async pending(olderThanSeconds: number, limit: number): Promise<{ documentId: string; queue: QueueName }[]> {
    const { rows } = await this.#pool.query<{ documentId: string; queue: QueueName }>(
      `SELECT document_id AS "documentId", CASE WHEN keyword_at IS NULL THEN 'indexing' ELSE 'embedding' END AS queue FROM versions v
       WHERE state = 'pending' AND created_at < now() - make_interval(secs => $1) AND NOT EXISTS (SELECT 1 FROM versions n WHERE n.document_id = v.document_id AND n.id > v.id)
       ORDER BY id LIMIT $2`, [olderThanSeconds, limit]);
    return rows;
  }

  /** How many of these documents are in each state. */
  async states(documentIds: readonly string[]): Promise<{ pending: number; indexed: number; failed: number }> {
    const { rows } = await this.#pool.query<{ state: string; count: number }>(
      `SELECT state, count(*)::int AS count FROM (
         SELECT DISTINCT ON (document_id) state FROM versions WHERE document_id = ANY($1) ORDER BY document_id, id DESC) latest GROUP BY state`, [documentIds]);
    const of = (state: string) => rows.find((row) => row.state === state)?.count ?? 0;
    return { pending: of('pending'), indexed: of('indexed'), failed: of('failed') };
  }

  async failed(limit: number): Promise<{ url: string; code: string; reason: string; at: Date }[]> {
    const { rows } = await this.#pool.query<{ url: string; code: string; reason: string; at: Date }>(
      `SELECT page->>'url' AS url, code, reason, created_at AS at FROM versions WHERE state = 'failed' ORDER BY id DESC LIMIT $1`, [limit]);
    return rows;
  }

  async remove(documentId: string): Promise<void> {
    await this.#pool.query('DELETE FROM documents WHERE id = $1', [documentId]);
  }

  async setOperator(key: string, value: unknown): Promise<void> {
    await this.#pool.query('INSERT INTO operator VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value', [key, JSON.stringify(value)]);
  }

  async operator(key: string): Promise<unknown> {
    const { rows } = await this.#pool.query<{ value: unknown }>('SELECT value FROM operator WHERE key = $1', [key]);
    return rows[0]?.value;
  }

  /** Latest versions by document, with the number of their chunks: what the audit compares the other stores with. */
  async inventory(): Promise<{ documentId: string; versionId: number; url: string; state: string; chunks: number }[]> {
    const { rows } = await this.#pool.query(
      `SELECT DISTINCT ON (v.document_id) v.document_id AS "documentId", v.id::int AS "versionId", d.url, v.state,
         (SELECT count(*)::int FROM chunks c WHERE c.version_id = v.id) AS chunks
       FROM versions v JOIN documents d ON d.id = v.document_id ORDER BY v.document_id, v.id DESC`);
    return rows as never;
  }

  async #transaction<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect();
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      client.release();
      return result;
    } catch (error) {
      client.release(true); // the session ends, and its transaction with it
      throw error;
    }
  }
}

/** Writers of one document take turns. False when it is gone. */
async function lockDocument(client: PoolClient, documentId: string): Promise<boolean> {
  const { rowCount } = await client.query('SELECT 1 FROM documents WHERE id = $1 FOR UPDATE', [documentId]);
  return rowCount === 1;
}

async function latestVersion(client: Pool | PoolClient, documentId: string): Promise<Version | undefined> {
  const { rows } = await client.query<Omit<Version, 'versionId'> & { versionId: string }>(
    `SELECT document_id AS "documentId", id AS "versionId", page, state, keyword_at AS "keywordAt", vectors_at AS "vectorsAt", code, reason
     FROM versions WHERE document_id = $1 ORDER BY id DESC LIMIT 1`, [documentId]);
  return rows[0] && { ...rows[0], versionId: Number(rows[0].versionId) };
}
