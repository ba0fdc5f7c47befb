import type { Pool } from 'pg';

import { ask } from '../postgres/connection.ts';

/**
 * What may go: versions beyond the newest of each document, and runs of before. Undefined keeps
 * them all.
 */
export interface Retention {
  readonly versions?: number | undefined;
  readonly versionDays?: number | undefined;
  readonly runDays?: number | undefined;
}

export interface Expired {
  readonly versions: number;
  readonly runs: number;
}

const atATime = 5_000;
const day = 86_400;
/** A large table takes minutes, and nobody waits for it but this command. */
const vacuumLimitMs = 3_600_000;

/**
 * Versions that are neither a document's latest nor the one whose chunks are in use, and that both
 * rules let go. Parameters: newest to keep or null, seconds or null.
 */
const expiredVersions = `
  SELECT v.id FROM (SELECT id, document_id, created_at, row_number() OVER (PARTITION BY document_id ORDER BY id DESC) AS place FROM versions) v
  JOIN documents d ON d.id = v.document_id
  WHERE v.id <> d.latest AND NOT EXISTS (SELECT FROM chunks c WHERE c.version_id = v.id)
    AND ($1::int IS NOT NULL OR $2::float8 IS NOT NULL)
    AND ($1::int IS NULL OR v.place > $1) AND ($2::float8 IS NULL OR v.created_at < now() - make_interval(secs => $2))`;
const expiredRuns =
  'SELECT id FROM runs WHERE $1::float8 IS NOT NULL AND finished_at < now() - make_interval(secs => $1)';

export async function countExpired(pool: Pool, retention: Retention): Promise<Expired> {
  const [versions, runs] = await Promise.all([
    ask<{ count: number }>(
      pool,
      `SELECT count(*)::int FROM (${expiredVersions}) expired`,
      versionRule(retention),
    ),
    ask<{ count: number }>(
      pool,
      `SELECT count(*)::int FROM (${expiredRuns}) expired`,
      runRule(retention),
    ),
  ]);
  return { versions: versions[0]?.count ?? 0, runs: runs[0]?.count ?? 0 };
}

/**
 * Removes what expired, some thousands at a time so that nobody waits for it, then gives the room
 * back to the tables. @param tell rows removed so far
 */
export async function deleteExpired(
  pool: Pool,
  retention: Retention,
  tell: (rows: number) => void,
): Promise<Expired> {
  let removed = 0;
  const inParts = async (
    table: 'versions' | 'runs',
    which: string,
    rule: readonly unknown[],
  ): Promise<number> => {
    const before = removed;
    for (;;) {
      const gone = await ask(
        pool,
        `DELETE FROM ${table} WHERE id IN (${which} LIMIT ${atATime}) RETURNING id`,
        rule,
      );
      removed += gone.length;
      tell(removed);
      if (gone.length < atATime) return removed - before;
    }
  };
  const versions = await inParts('versions', expiredVersions, versionRule(retention));
  const runs = await inParts('runs', expiredRuns, runRule(retention));
  for (const table of ['versions', 'runs', 'chunks'])
    await ask(pool, { text: `VACUUM (ANALYZE) ${table}`, limitMs: vacuumLimitMs });
  return { versions, runs };
}

const versionRule = ({ versions, versionDays }: Retention) => [
  versions ?? null,
  versionDays === undefined ? null : versionDays * day,
];
const runRule = ({ runDays }: Retention) => [runDays === undefined ? null : runDays * day];
