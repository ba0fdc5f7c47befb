import type { Pool } from 'pg';

import { ask } from '../postgres/connection.ts';

/** A deleted document whose keywords or vectors may still be there. */
export interface Removal {
  readonly documentId: string;
  readonly url: string | null;
  /** Its last version. What came in later under the same URL stays. */
  readonly upTo: number;
}

/**
 * Deleted documents whose keywords or vectors are not removed yet. Every method is one statement,
 * and throws PulseErrors.
 */
export class Removals {
  readonly #pool: Pool;

  constructor(pool: Pool) {
    this.#pool = pool;
  }

  /**
   * Deletes documents from Postgres, and notes that their keywords and vectors have to be removed.
   *
   * @returns the ids of those that were there
   */
  async request(documentIds: readonly string[]): Promise<string[]> {
    const rows = await ask<{ documentId: string }>(
      this.#pool,
      `
      WITH gone AS (DELETE FROM documents WHERE id = ANY($1) RETURNING id, url, latest)
      INSERT INTO removals (document_id, url, up_to)
      SELECT id, url, latest FROM gone
      ON CONFLICT (document_id) DO UPDATE SET up_to = excluded.up_to, requested_at = now()
      RETURNING document_id AS "documentId"`,
      [documentIds],
    );
    return rows.map(({ documentId }) => documentId);
  }

  /**
   * What is to be removed of a document that was deleted. A removal that was completed before is
   * returned too, because a job of an older version may have written since.
   *
   * @returns undefined when the document has not been deleted
   */
  async find(documentId: string): Promise<Removal | undefined> {
    const [removal] = await ask<Removal>(
      this.#pool,
      `
      SELECT $1::uuid AS "documentId", r.url,
        coalesce(r.up_to, (SELECT last_value FROM versions_id_seq))::float8 AS "upTo"
      FROM (SELECT 1) one
      LEFT JOIN removals r ON r.document_id = $1
      WHERE NOT EXISTS (SELECT FROM documents WHERE id = $1)`,
      [documentId],
    );
    return removal;
  }

  /** Notes that keywords and vectors up to this version are removed. */
  async complete({ documentId, upTo }: Removal): Promise<void> {
    await ask(this.#pool, 'DELETE FROM removals WHERE document_id = $1 AND up_to <= $2', [
      documentId,
      upTo,
    ]);
  }

  /** @returns at most `limit` removals, oldest first; none that was requested more recently */
  async listPending(olderThanSeconds: number, limit: number): Promise<Removal[]> {
    return ask(
      this.#pool,
      `
      SELECT document_id AS "documentId", url, up_to::float8 AS "upTo"
      FROM removals
      WHERE requested_at < now() - make_interval(secs => $1)
      ORDER BY requested_at
      LIMIT $2`,
      [olderThanSeconds, limit],
    );
  }

  /** How many removals are not complete: of these documents, or of all. */
  async count(documentIds?: readonly string[]): Promise<number> {
    const [row] = await ask<{ count: number }>(
      this.#pool,
      `
      SELECT count(*)::int
      FROM removals
      WHERE $1::uuid[] IS NULL OR document_id = ANY($1)`,
      [documentIds ?? null],
    );
    return row?.count ?? 0;
  }
}
