import type { Pool } from 'pg';

import { ask } from '../postgres/connection.ts';

/** How much is kept beyond each document's latest version. Undefined sets no limit. */
export interface Retention {
  /** Versions of each document, the newest. */
  readonly versions?: number | undefined;
  readonly versionDays?: number | undefined;
  readonly runDays?: number | undefined;
}

export interface Expired {
  readonly versions: number;
  readonly runs: number;
}

const batchSize = 5_000;
const secondsPerDay = 86_400;
/** VACUUM of a large table takes minutes; only this command waits for it. */
const vacuumLimitMs = 3_600_000;

/**
 * Versions that neither rule keeps, are no document's latest, and whose chunks are not in use.
 * Parameters: how many of the newest to keep, or null; seconds, or null.
 */
const expiredVersions = `
  SELECT v.id
  FROM (
    SELECT id, document_id, created_at,
      row_number() OVER (PARTITION BY document_id ORDER BY id DESC) AS place
    FROM versions) v
  JOIN documents d ON d.id = v.document_id
  WHERE v.id <> d.latest
    AND NOT EXISTS (SELECT FROM chunks c WHERE c.version_id = v.id)
    AND ($1::int IS NOT NULL OR $2::float8 IS NOT NULL)
    AND ($1::int IS NULL OR v.place > $1)
    AND ($2::float8 IS NULL OR v.created_at < now() - make_interval(secs => $2))`;

/** Parameter: seconds, or null. */
const expiredRuns = `
  SELECT id
  FROM runs
  WHERE $1::float8 IS NOT NULL AND finished_at < now() - make_interval(secs => $1)`;

/** @returns how many rows {@link deleteExpired} would delete */
export async function countExpired(pool: Pool, retention: Retention): Promise<Expired> {
  const count = async (expired: string, rule: readonly unknown[]): Promise<number> => {
    const statement = `SELECT count(*)::int FROM (${expired}) expired`;
    const [row] = await ask<{ count: number }>(pool, statement, rule);
    return row?.count ?? 0;
  };
  const [versions, runs] = await Promise.all([
    count(expiredVersions, versionRule(retention)),
    count(expiredRuns, runRule(retention)),
  ]);
  return { versions, runs };
}

/**
 * Deletes what expired, in batches so that workers do not wait for it, then gives the space back to
 * the tables.
 *
 * @param onProgress called with the number of rows deleted so far
 */
export async function deleteExpired(
  pool: Pool,
  retention: Retention,
  onProgress: (rows: number) => void,
): Promise<Expired> {
  let total = 0;
  const deleteFrom = async (
    table: 'versions' | 'runs',
    expired: string,
    rule: readonly unknown[],
  ): Promise<number> => {
    const statement = `
      DELETE FROM ${table}
      WHERE id IN (${expired} LIMIT ${batchSize})
      RETURNING id`;
    const before = total;
    for (;;) {
      const deleted = await ask(pool, statement, rule);
      total += deleted.length;
      onProgress(total);
      if (deleted.length < batchSize) return total - before;
    }
  };
  const versions = await deleteFrom('versions', expiredVersions, versionRule(retention));
  const runs = await deleteFrom('runs', expiredRuns, runRule(retention));
  for (const table of ['versions', 'runs', 'chunks'])
    await ask(pool, { text: `VACUUM (ANALYZE) ${table}`, limitMs: vacuumLimitMs });
  return { versions, runs };
}

function versionRule({ versions, versionDays }: Retention): readonly (number | null)[] {
  return [versions ?? null, inSeconds(versionDays)];
}

function runRule({ runDays }: Retention): readonly (number | null)[] {
  return [inSeconds(runDays)];
}

function inSeconds(days: number | undefined): number | null {
  return days === undefined ? null : days * secondsPerDay;
}
