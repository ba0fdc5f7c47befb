import type { Pool } from 'pg';

import { ask } from '../postgres/connection.ts';

export interface Removal {
  readonly documentId: string;
  readonly url: string | null;
  readonly upTo: number;
}

/**
 * Deleted documents whose words or vectors are not gone yet. Every method is one statement, and
 * throws PulseErrors.
 */
export class Removals {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * Takes the documents from the truth and notes that their words and vectors have to go; those
   * that were there.
   */
  async request(documentIds: readonly string[]): Promise<string[]> {
    const rows = await ask<{ documentId: string }>(
      this.#pool,
      `
      WITH gone AS (DELETE FROM documents WHERE id = ANY($1) RETURNING id, url, latest)
      INSERT INTO removals (document_id, url, up_to) SELECT id, url, latest FROM gone
      ON CONFLICT (document_id) DO UPDATE SET up_to = excluded.up_to, requested_at = now() RETURNING document_id AS "documentId"`,
      [documentIds],
    );
    return rows.map(({ documentId }) => documentId);
  }

  /**
   * Of a document that is gone; also of one whose removal was done before, since a job of it may
   * have written again. Undefined when it is there.
   */
  async find(documentId: string): Promise<Removal | undefined> {
    return (
      await ask<Removal>(
        this.#pool,
        `
      SELECT $1::uuid AS "documentId", r.url, coalesce(r.up_to, (SELECT last_value FROM versions_id_seq))::float8 AS "upTo"
      FROM (SELECT 1) one LEFT JOIN removals r ON r.document_id = $1 WHERE NOT EXISTS (SELECT FROM documents WHERE id = $1)`,
        [documentId],
      )
    )[0];
  }

  /** Words and vectors up to this version are gone. */
  async complete({ documentId, upTo }: Removal): Promise<void> {
    await ask(this.#pool, 'DELETE FROM removals WHERE document_id = $1 AND up_to <= $2', [
      documentId,
      upTo,
    ]);
  }

  /** Oldest first; `olderThanSeconds` leaves alone what was ordered just now. */
  async listPending(olderThanSeconds: number, limit: number): Promise<Removal[]> {
    return ask(
      this.#pool,
      `SELECT document_id AS "documentId", url, up_to::float8 AS "upTo" FROM removals WHERE requested_at < now() - make_interval(secs => $1) ORDER BY requested_at LIMIT $2`,
      [olderThanSeconds, limit],
    );
  }

  /** How many of these are not gone yet; of all, without an argument. */
  async count(documentIds?: readonly string[]): Promise<number> {
    const [row] = await ask<{ count: number }>(
      this.#pool,
      'SELECT count(*)::int FROM removals WHERE $1::uuid[] IS NULL OR document_id = ANY($1)',
      [documentIds ?? null],
    );
    return row?.count ?? 0;
  }
}
