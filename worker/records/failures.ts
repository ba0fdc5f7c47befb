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

/**
 * @param code only those that ended with it
 * @returns at most `limit` documents in this state, newest version first
 */
export async function listEnded(
  pool: Pool,
  state: 'failed' | 'cancelled',
  limit: number,
  code?: string,
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
    WHERE v.state = $1 AND ($3::text IS NULL OR v.code = $3)
    ORDER BY v.id DESC
    LIMIT $2`,
    [state, limit, code ?? null],
  );
}

/**
 * @returns how long ago the latest version came in of the document that has been pending for the
 *   longest; null when none is pending
 */
export async function readOldestPending(pool: Pool): Promise<number | null> {
  // A statement for each stage, because each has an index of its own; ids grow with time.
  const age = (stage: string): string => `
    (SELECT now() - v.created_at FROM versions v JOIN documents d ON d.latest = v.id
     WHERE v.state = 'pending' AND v.keyword_at ${stage} ORDER BY v.id LIMIT 1)`;
  const [row] = await ask<{ seconds: number | null }>(
    pool,
    `SELECT floor(extract(epoch FROM greatest(${age('IS NULL')}, ${age('IS NOT NULL')})))::int
     AS seconds`,
  );
  return row?.seconds ?? null;
}

/** Documents of each stage. */
export type StageCounts = Readonly<Record<QueueName, number>>;

/** @returns how many documents are pending, and how many failed, in each stage */
export async function countStages(
  pool: Pool,
): Promise<{ readonly pending: StageCounts; readonly failed: StageCounts }> {
  // A statement for each, because each has an index of its own.
  const count = (condition: string): string => `
    (SELECT count(*)::int FROM versions v JOIN documents d ON d.latest = v.id
     WHERE ${condition})`;
  const inState = (state: string): string => `
    json_build_object(
      'indexing', ${count(`v.state = '${state}' AND v.keyword_at IS NULL`)},
      'embedding', ${count(`v.state = '${state}' AND v.keyword_at IS NOT NULL`)})`;
  type Row = { pending: StageCounts; failed: StageCounts };
  const statement = `SELECT ${inState('pending')} AS pending, ${inState('failed')} AS failed`;
  const [row] = await ask<Row>(pool, statement);
  const none = { indexing: 0, embedding: 0 };
  return row ?? { pending: none, failed: none };
}
