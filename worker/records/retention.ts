import { setTimeout as pause } from 'node:timers/promises';

import type { Pool } from 'pg';

import { lowestDocumentId } from '../documents/document-id.ts';
import { ask } from '../postgres/connection.ts';
import { deleteVersions, expired } from './retention-statements.ts';

/** How much is kept beyond each document's latest version. Undefined sets no limit. */
export interface Retention {
  /** Versions of each document, the newest. */
  readonly versions?: number | undefined;
  readonly versionDays?: number | undefined;
  readonly runDays?: number | undefined;
  readonly deliveryDays?: number | undefined;
  readonly crawlPageDays?: number | undefined;
  /** Of a crawl itself, once none of its pages is kept. */
  readonly crawlDays?: number | undefined;
}

export const kinds = ['versions', 'runs', 'deliveries', 'crawlPages', 'crawls'] as const;
export type Kind = (typeof kinds)[number];

/** Rows of each kind that has a limit. */
export type Expired = { readonly [K in Kind]?: number };

const tables: Readonly<Record<Kind, string>> = {
  versions: 'versions',
  runs: 'runs',
  deliveries: 'deliveries',
  crawlPages: 'crawl_pages',
  crawls: 'crawls',
};
const batchSize = 2_000;
/** Pages of a table that are looked at in one statement: 1 MiB, some 5,000 rows. */
const tablePagesAtOnce = 128;
/** Documents whose versions are looked at in one statement. */
const documentsAtOnce = 500;
/** A batch takes milliseconds, on a busy disk seconds: the limit of callers does not apply. */
const batchLimitMs = 60_000;
/** VACUUM of a large table takes minutes, and keeps nobody waiting. */
const vacuumLimitMs = 3_600_000;
const secondsPerDay = 86_400;

/** @returns how many rows {@link deleteExpired} would delete */
export async function countExpired(pool: Pool, retention: Retention): Promise<Expired> {
  return forEachLimited(retention, async (kind, limits) => {
    const statement = `SELECT count(*)::int AS count FROM (${expired[kind]}) expired`;
    const [row] = await ask<{ count: number }>(
      pool,
      { text: statement, limitMs: vacuumLimitMs },
      limits,
    );
    return row?.count ?? 0;
  });
}

/**
 * Deletes what expired, then makes its space usable again with a plain VACUUM. It works in small
 * batches and rests after each as long as it took, so that nobody waits for it.
 *
 * @param onProgress called with the number of rows deleted so far
 * @param signal ends it between two batches
 */
export async function deleteExpired(
  pool: Pool,
  retention: Retention,
  onProgress: (rows: number) => void = () => undefined,
  signal?: AbortSignal,
): Promise<Expired> {
  let total = 0;
  const removed = await forEachLimited(retention, async (kind, limits) => {
    const before = total;
    for await (const rows of deleteKind(pool, kind, limits, signal)) {
      total += rows;
      onProgress(total);
    }
    return total - before;
  });
  for (const table of tablesChangedBy(removed)) {
    signal?.throwIfAborted();
    await ask(pool, { text: `VACUUM (ANALYZE) ${table}`, limitMs: vacuumLimitMs });
  }
  return removed;
}

/** Deletes one kind, and tells the rows of each batch. */
async function* deleteKind(
  pool: Pool,
  kind: Kind,
  limits: readonly unknown[],
  signal: AbortSignal | undefined,
): AsyncGenerator<number> {
  const batches =
    kind === 'versions' ? deleteVersionBatches(pool, limits) : deleteRows(pool, kind, limits);
  let startedMs = performance.now();
  for await (const rows of batches) {
    yield rows;
    signal?.throwIfAborted();
    await pause(performance.now() - startedMs, undefined, { signal });
    startedMs = performance.now();
  }
}

async function* deleteVersionBatches(
  pool: Pool,
  limits: readonly unknown[],
): AsyncGenerator<number> {
  for (let after: string | null = lowestDocumentId; after !== null;) {
    const bounds = [after, documentsAtOnce, batchSize];
    const batch: VersionBatch = await deleteVersionBatch(pool, [...limits, ...bounds]);
    // A full batch may have left versions of the same documents.
    if (batch.rows < batchSize) after = batch.last;
    yield batch.rows;
  }
}

/**
 * Goes through a table once, from its first page to what was its last: each batch costs the same,
 * however many rows there are. A row that moves meanwhile is looked at the next day.
 */
async function* deleteRows(
  pool: Pool,
  kind: Exclude<Kind, 'versions'>,
  limits: readonly unknown[],
): AsyncGenerator<number> {
  const table = tables[kind];
  const [size] = await ask<{ pages: number }>(
    pool,
    `SELECT (pg_relation_size($1) / current_setting('block_size')::int)::int AS pages`,
    [table],
  );
  const [from, to] = [`$${limits.length + 1}`, `$${limits.length + 2}`];
  const text = `
    DELETE FROM ${table}
    WHERE ctid = ANY(ARRAY(
      SELECT ctid FROM (${expired[kind]}) one WHERE ctid >= ${from}::tid AND ctid < ${to}::tid))
    RETURNING 1`;
  for (let page = 0; page < (size?.pages ?? 0); page += tablePagesAtOnce) {
    const bounds = [`(${page},0)`, `(${page + tablePagesAtOnce},0)`];
    yield (await ask(pool, { text, limitMs: batchLimitMs }, [...limits, ...bounds])).length;
  }
}

interface VersionBatch {
  readonly rows: number;
  /** Null when there was no further document. */
  readonly last: string | null;
}

async function deleteVersionBatch(pool: Pool, values: readonly unknown[]): Promise<VersionBatch> {
  const statement = { text: deleteVersions, limitMs: batchLimitMs };
  const [batch] = await ask<VersionBatch>(pool, statement, values);
  return batch ?? { rows: 0, last: null };
}

/** One kind after the other: crawls go when their pages have. */
async function forEachLimited(
  retention: Retention,
  act: (kind: Kind, limits: readonly (number | null)[]) => Promise<number>,
): Promise<Expired> {
  const limits = limitsOf(retention);
  const done: { [K in Kind]?: number } = {};
  for (const kind of kinds)
    if (limits[kind].some((limit) => limit !== null)) done[kind] = await act(kind, limits[kind]);
  return done;
}

/** The parameters of each kind's statement: numbers of rows, seconds, or null for no limit. */
function limitsOf(retention: Retention): Readonly<Record<Kind, readonly (number | null)[]>> {
  const { versions, versionDays, runDays, deliveryDays, crawlPageDays, crawlDays } = retention;
  return {
    versions: [versions ?? null, inSeconds(versionDays)],
    runs: [inSeconds(runDays)],
    deliveries: [inSeconds(deliveryDays)],
    crawlPages: [inSeconds(crawlPageDays)],
    crawls: [inSeconds(crawlDays)],
  };
}

/** A new version writes its chunks beside those of the old one, so they leave gaps as versions do. */
function tablesChangedBy(removed: Expired): string[] {
  const changed = kinds.filter((kind) => (removed[kind] ?? 0) > 0).map((kind) => tables[kind]);
  return changed.includes('versions') ? [...changed, 'chunks'] : changed;
}

function inSeconds(days: number | undefined): number | null {
  return days === undefined ? null : days * secondsPerDay;
}
