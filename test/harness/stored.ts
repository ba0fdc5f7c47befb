import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import pg from 'pg';

/** One chunk as a store has it. */
export interface StoredChunk {
  readonly documentId: string;
  readonly version: number;
  readonly chunk: number;
  readonly text: string;
}
export interface StoredDocument {
  readonly documentId: string;
  readonly url: string;
  readonly version: number;
  readonly contentHash: string;
  readonly text: string;
  readonly state: string;
  readonly code: string | null;
}
export interface StoredPoint extends StoredChunk {
  readonly pointId: string;
  readonly vector: readonly number[];
}

export interface Stored {
  readonly documents: readonly StoredDocument[];
  readonly chunks: readonly StoredChunk[];
  readonly keywordRows: readonly StoredChunk[];
  readonly points: readonly StoredPoint[];
}

/**
 * Everything the stores hold, read by their own means and not by the worker's code.
 *
 * @param env the `directEnv` of a test stack
 */
export async function readStores(env: Readonly<Record<string, string>>): Promise<Stored> {
  const [[documents, chunks], points] = await Promise.all([
    readPostgres(env['WEBHOOK_DATABASE_URL'] ?? ''),
    fromQdrant(env['WEBHOOK_QDRANT_URL'] ?? '', env['WEBHOOK_COLLECTION'] ?? ''),
  ]);
  return {
    documents,
    chunks,
    points,
    keywordRows: fromSqlite(join(env['WEBHOOK_KEYWORD_DIR'] ?? '', 'keywords-4.sqlite')),
  };
}

/**
 * The URLs of the documents whose latest version is still pending. It costs far less than all that
 * the stores hold, so a test that waits asks for it first.
 *
 * @param env the `directEnv` of a test stack
 */
export async function readPending(env: Readonly<Record<string, string>>): Promise<string[]> {
  const { rows } = await poolOf(env['WEBHOOK_DATABASE_URL'] ?? '').query<{ url: string }>(
    `SELECT d.url FROM documents d CROSS JOIN LATERAL (
       SELECT state FROM versions WHERE document_id = d.id ORDER BY id DESC LIMIT 1
     ) v WHERE v.state = 'pending'`,
  );
  return rows.map(({ url }) => url);
}

/** Every document in its latest version, and every chunk. */
export async function readPostgres(url: string): Promise<[StoredDocument[], StoredChunk[]]> {
  const pool = poolOf(url);
  const documents = await pool.query(
    `SELECT d.id AS "documentId", d.url, v.id::int AS version, v.content_hash AS "contentHash",
       v.page->>'text' AS text, v.state, v.code
     FROM documents d LEFT JOIN LATERAL (
       SELECT * FROM versions WHERE document_id = d.id ORDER BY id DESC LIMIT 1
     ) v ON true`,
  );
  const chunks = await pool.query(
    `SELECT document_id AS "documentId", version_id::int AS version, index AS chunk, body AS text
     FROM chunks ORDER BY 1, 3`,
  );
  return [documents.rows as StoredDocument[], chunks.rows as StoredChunk[]];
}

const pools = new Map<string, pg.Pool>();

/**
 * One connection a database, kept between the readings of a test that waits: each new one costs
 * Postgres a process and a check of the password.
 */
function poolOf(url: string): pg.Pool {
  const known = pools.get(url);
  if (known !== undefined) return known;
  const pool = new pg.Pool({
    connectionString: url,
    max: 1,
    idleTimeoutMillis: 5_000,
    allowExitOnIdle: true,
  });
  pool.on('error', () => undefined); // Postgres ended it; the next reading connects again
  pools.set(url, pool);
  return pool;
}

interface ScrollAnswer {
  readonly result: {
    readonly points: { id: string; vector: number[]; payload: Record<string, unknown> }[];
    readonly next_page_offset: string | null;
  };
}

/** There are none when nothing was ever indexed: then the collection may not be there. */
async function fromQdrant(url: string, collection: string): Promise<StoredPoint[]> {
  const points: StoredPoint[] = [];
  let offset: string | null | undefined;
  while (offset !== null) {
    const response = await fetch(`${url}/collections/${collection}/points/scroll`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        limit: 500,
        with_payload: true,
        with_vector: true,
        ...(offset !== undefined && { offset }),
      }),
    });
    if (response.status === 404) return [];
    if (!response.ok)
      throw new Error(`scroll answered ${response.status}: ${await response.text()}`);
    const { result } = (await response.json()) as ScrollAnswer;
    points.push(
      ...result.points.map(({ id, vector, payload }) => ({
        pointId: id,
        vector,
        documentId: String(payload['documentId']),
        version: Number(payload['version']),
        chunk: Number(payload['chunkIndex']),
        text: String(payload['passage']),
      })),
    );
    offset = result.next_page_offset;
  }
  return points;
}

/** There are none while a worker creates the file: its version is stored with its tables. */
function fromSqlite(file: string): StoredChunk[] {
  if (!existsSync(file)) return [];
  const db = new DatabaseSync(file, { readOnly: true, timeout: 5_000 });
  try {
    if (db.prepare('PRAGMA user_version').get()?.['user_version'] === 0) return [];
    // Outer joins, so that a chunk without its row, or a row without its page, is seen too.
    return db
      .prepare(`
      SELECT
        coalesce(pages.id, '(no page)') AS documentId,
        coalesce(pages.version, 0) AS version,
        coalesce(passages.chunk, -1) AS chunk,
        CASE WHEN sizes.id IS NULL THEN '(no words)'
          ELSE coalesce(passages.body, '(no passage)') END AS text
      FROM passages
      FULL JOIN words_docsize sizes ON sizes.id = passages.row
      FULL JOIN pages ON pages.number = passages.page`)
      .all() as unknown as StoredChunk[];
  } finally {
    db.close();
  }
}
