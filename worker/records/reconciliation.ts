import type { Pool } from 'pg';

import type { Code } from '../../shared/codes.ts';
import { cutText } from '../documents/short-text.ts';
import { ask } from '../postgres/connection.ts';
import type { Crawl } from './crawl-pages.ts';

export type CrawlState = 'running' | 'completed' | 'failed' | 'cancelled';
export type ReconciliationState = 'not-asked' | 'waiting' | 'complete' | 'incomplete' | 'expired';

/** A crawl whose sender is to be asked now. */
export interface DueCrawl extends Crawl {
  readonly state: CrawlState;
  readonly total: number | null;
  readonly completed: number | null;
  /** When it was due, in microseconds: whoever asks for it meanwhile writes another time. */
  readonly dueAt: string;
}

/** How old things are by the clock of Postgres. */
export interface CrawlAges {
  readonly sinceEndMs: number | null;
  readonly sinceChangeMs: number;
  /** Pages of which there is a row. */
  readonly pages: number;
  /** Those of them that the sender did not get. */
  readonly lostPages: number;
}

/** What the sender of a crawl has said. */
export interface CrawlNews {
  readonly state: CrawlState;
  readonly reason: string | null;
  readonly total: number;
  readonly completed: number;
  /** Whether it is something new. */
  readonly isProgress: boolean;
}

/** What comes of asking a crawl's sender. */
export interface Verdict {
  readonly reconciliation: ReconciliationState;
  readonly code: Code | null;
  readonly problem: string | null;
  /** Undefined where it is not known. */
  readonly missing?: number | undefined;
  /** Undefined: it is not asked again. */
  readonly nextMs: number | undefined;
}

/**
 * Notes that crawls are due which have been silent while they run. What has been due for a day is
 * given up: nobody was there to ask, and the sender has forgotten it.
 *
 * @param source whose crawls
 */
export async function noteDueCrawls(pool: Pool, source: string, silentMs: number): Promise<void> {
  await ask(
    pool,
    `
    UPDATE crawls SET reconcile_due_at = now(), reconciliation = 'waiting'
    WHERE source = $1 AND state = 'running' AND reconcile_due_at IS NULL
      AND last_delivery_at < now() - make_interval(secs => $2::float8 / 1000)
      AND last_delivery_at > now() - interval '1 day'
      AND (reconciled_at IS NULL OR reconciled_at < last_delivery_at)`,
    [source, silentMs],
  );
  await ask(
    pool,
    `
    UPDATE crawls SET reconcile_due_at = NULL, reconciliation = 'not-asked'
    WHERE source = $1 AND reconcile_due_at < now() - interval '1 day'`,
    [source],
  );
}

/** @returns the crawl that has been due for longest */
export async function findDueCrawl(pool: Pool, source: string): Promise<DueCrawl | undefined> {
  const [crawl] = await ask<DueCrawl>(
    pool,
    `
    SELECT id, source, kind, state, total, completed, reconcile_due_at::text AS "dueAt"
    FROM crawls
    WHERE source = $1 AND reconcile_due_at <= now()
    ORDER BY reconcile_due_at
    LIMIT 1`,
    [source],
  );
  return crawl;
}

/** Notes what the sender said of the crawl. An end that is known stays as it is. */
export async function noteNews(
  pool: Pool,
  id: string,
  { state, reason, total, completed, isProgress }: CrawlNews,
): Promise<void> {
  await ask(
    pool,
    `
    UPDATE crawls AS known SET total = $2, completed = $3,
      progress_at = CASE WHEN $4 THEN now() ELSE progress_at END,
      state = CASE WHEN known.state = 'running' THEN $5 ELSE known.state END,
      reason = CASE WHEN known.state = 'running' THEN $6 ELSE known.reason END,
      ended_at = CASE WHEN known.state = 'running' AND $5 <> 'running'
        THEN now() ELSE known.ended_at END
    WHERE id = $1`,
    [id, total, completed, isProgress, state, reason === null ? null : cutText(reason, 1_000)],
  );
}

/** Ends a crawl that runs, with its last delivery: nobody can say how it went on. */
export async function noteLostEnd(pool: Pool, id: string, reason: string): Promise<void> {
  await ask(
    pool,
    `
    UPDATE crawls SET state = 'failed', reason = $2, ended_at = last_delivery_at
    WHERE id = $1 AND state = 'running'`,
    [id, reason],
  );
}

export async function readCrawlAges(pool: Pool, id: string): Promise<CrawlAges> {
  const [ages] = await ask<CrawlAges>(
    pool,
    `
    SELECT (extract(epoch FROM now() - ended_at) * 1000)::float8 AS "sinceEndMs",
      (extract(epoch FROM now() - greatest(last_delivery_at, ended_at, progress_at)) * 1000)::float8
        AS "sinceChangeMs",
      rows.pages, rows."lostPages"
    FROM crawls
    CROSS JOIN LATERAL (
      SELECT count(*)::int AS pages,
        (count(*) FILTER (WHERE outcome = 'failed'))::int AS "lostPages"
      FROM crawl_pages
      WHERE crawl_id = crawls.id) rows
    WHERE id = $1`,
    [id],
  );
  return ages ?? { sinceEndMs: null, sinceChangeMs: Infinity, pages: 0, lostPages: 0 };
}

/**
 * Notes what came of asking, and when the sender is asked next. Where the crawl has become due anew
 * since it was found, by its end or by an operator, that is when.
 */
export async function noteVerdict(
  pool: Pool,
  { id, dueAt }: Pick<DueCrawl, 'id' | 'dueAt'>,
  { reconciliation, code, problem, missing, nextMs }: Verdict,
): Promise<void> {
  await ask(
    pool,
    `
    UPDATE crawls SET code = $3, problem = $4,
      missing = coalesce($5::int, missing), reconciled_at = now(),
      reconcile_attempts = reconcile_attempts + 1,
      (reconciliation, reconcile_due_at) = (
        SELECT CASE WHEN is_same THEN $2 ELSE reconciliation END,
          CASE WHEN is_same THEN now() + make_interval(secs => $6::float8 / 1000)
            ELSE reconcile_due_at END
        FROM (SELECT reconcile_due_at IS NOT DISTINCT FROM $7::timestamptz AS is_same) found)
    WHERE id = $1`,
    [id, reconciliation, code, problem, missing ?? null, nextMs ?? null, dueAt],
  );
}

/**
 * Has the sender of a crawl asked as soon as a replica looks, in some seconds.
 *
 * @returns false when there is no such crawl
 */
export async function requestReconciliation(pool: Pool, id: string): Promise<boolean> {
  const rows = await ask(
    pool,
    `
    UPDATE crawls SET reconcile_due_at = now(), reconciliation = 'waiting'
    WHERE id = $1
    RETURNING id`,
    [id],
  );
  return rows.length === 1;
}
