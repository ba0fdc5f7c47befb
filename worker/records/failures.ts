import type { Pool } from 'pg';

import type { QueueName } from '../../shared/queue-names.ts';
import { ask } from '../postgres/connection.ts';
import { stageLeft } from './statements.ts';

/** A document whose latest version failed or was cancelled. */
export interface EndedDocument {
  readonly documentId: string;
  readonly url: string;
  /** The stage in which it ended. */
  readonly queue: QueueName;
  readonly code: string | null;
  readonly reason: string | null;
  readonly at: Date;
}

/** @returns at most `limit` documents in this state, newest version first */
export async function listEnded(
  pool: Pool,
  state: 'failed' | 'cancelled',
  limit: number,
): Promise<EndedDocument[]> {
  return ask(
    pool,
    `
    SELECT d.id AS "documentId", d.url,
      ${stageLeft} AS queue,
      v.code, v.reason,
      coalesce(
        (SELECT max(r.finished_at) FROM runs r WHERE r.document_id = d.id AND r.version_id = v.id),
        v.created_at) AS at
    FROM versions v
    JOIN documents d ON d.latest = v.id
    WHERE v.state = $1
    ORDER BY v.id DESC
    LIMIT $2`,
    [state, limit],
  );
}

/** @returns how many documents failed in each stage */
export async function countFailures(pool: Pool): Promise<Record<QueueName, number>> {
  const [row] = await ask<Record<QueueName, number>>(
    pool,
    `
    SELECT
      count(*) FILTER (WHERE v.keyword_at IS NULL)::int AS indexing,
      count(*) FILTER (WHERE v.keyword_at IS NOT NULL)::int AS embedding
    FROM versions v
    JOIN documents d ON d.latest = v.id
    WHERE v.state = 'failed'`,
  );
  return row ?? { indexing: 0, embedding: 0 };
}
