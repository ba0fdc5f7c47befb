import type { Pool } from 'pg';

import { ask } from '../postgres/connection.ts';

/** @returns when the newest change that was reported of these documents happened, by id */
export async function readChangeTimes(
  pool: Pool,
  documentIds: readonly string[],
): Promise<Map<string, Date>> {
  const rows = await ask<{ id: string; changedAt: Date }>(
    pool,
    `
    SELECT id, changed_at AS "changedAt"
    FROM documents
    WHERE id = ANY($1) AND changed_at IS NOT NULL`,
    [documentIds],
  );
  return new Map(rows.map(({ id, changedAt }) => [id, changedAt]));
}
