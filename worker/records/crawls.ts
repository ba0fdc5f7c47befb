import type { Pool } from 'pg';

import { ask } from '../postgres/connection.ts';
import type { PageCounts } from './crawl-pages.ts';
import { state as documentState } from './document-status.ts';
import type { DocumentState } from './document-status.ts';
import type { CrawlState, ReconciliationState } from './reconciliation.ts';

export const crawlStates = ['running', 'completed', 'failed', 'cancelled'] as const;
export const pageOutcomes = ['accepted', 'unchanged', 'older', 'failed', 'rejected'] as const;
export type PageOutcome = (typeof pageOutcomes)[number];

/** A crawl, as it is shown. Its fields are JSON output. */
export interface CrawlStatus<Counts = CrawlCounts> {
  readonly id: string;
  readonly source: string;
  readonly kind: 'crawl' | 'batch-scrape';
  /** The shortest address of its pages, which is where most crawls begin; null without one. */
  readonly url: string | null;
  readonly state: CrawlState;
  /** What its sender said of a crawl that failed. */
  readonly reason: string | null;
  readonly startedAt: Date;
  readonly endedAt: Date | null;
  readonly lastDeliveryAt: Date;
  readonly pages: Counts;
  readonly reconciled: {
    readonly at: Date | null;
    readonly state: ReconciliationState;
    readonly code: string | null;
    readonly problem: string | null;
    /** Pages, as the sender counts them. */
    readonly total: number | null;
    /** When the sender is asked next. */
    readonly nextAt: Date | null;
  };
}

/** A crawl among others: what has become of its documents would take too long to count. */
export type ListedCrawl = CrawlStatus<OutcomeCounts>;

/** `seen` is the sum of the outcomes. */
export interface OutcomeCounts extends PageCounts {
  readonly seen: number;
  /** Null as long as the sender was not asked. */
  readonly missing: number | null;
}

/** With what has become of the documents since. */
export interface CrawlCounts extends OutcomeCounts {
  readonly indexed: number;
  readonly pending: number;
  /** Indexing has failed, or was cancelled. */
  readonly notIndexed: number;
}

/** How long its pages took from Postgres on; null before the first. */
export interface CrawlTimes {
  readonly p50ToKeywordMs: number | null;
  readonly p95ToIndexedMs: number | null;
}

export interface CrawlFilter {
  readonly state?: CrawlState | undefined;
  readonly source?: string | undefined;
}

/** A place in the list of crawls, which begins with the newest. */
export interface CrawlPlace {
  /** Microseconds since 1970, in digits. */
  readonly startedAt: string;
  readonly id: string;
}

/** A page of a crawl, as it is shown. Its fields are JSON output. */
export interface ListedPage {
  /** Empty where the sender named none. */
  readonly url: string;
  readonly outcome: PageOutcome;
  readonly via: 'webhook' | 'reconciliation';
  readonly code: string | null;
  readonly reason: string | null;
  readonly documentId: string | null;
  /** Of the document's latest version; null when there is none, or it has been deleted. */
  readonly state: DocumentState | null;
  readonly at: Date;
}

/** Of one statement: their pages are counted within the seconds that it may take. */
const maxListed = 50;

const countOutcome = (outcome: PageOutcome): string =>
  `'${outcome}', count(*) FILTER (WHERE p.outcome = '${outcome}')`;

const crawlColumns = `
  c.id, c.source, c.kind, c.state, c.reason, c.started_at AS "startedAt",
  c.ended_at AS "endedAt", c.last_delivery_at AS "lastDeliveryAt", counted.url, counted.pages,
  c.reconciled_at AS at, c.reconciliation, c.code, c.problem, c.total,
  c.reconcile_due_at AS "nextAt"`;

/** Looks at the pages of crawl `c` once: those of a list of crawls may be millions. */
const countPages = (counts: string, joins = ''): string => `
  CROSS JOIN LATERAL (
    SELECT
      substr(min(lpad(length(p.url)::text, 5, '0') || p.url COLLATE "C")
        FILTER (WHERE p.url <> ''), 6) AS url,
      json_build_object('seen', count(*), ${counts}, 'missing', c.missing) AS pages
    FROM crawl_pages p
    ${joins}
    WHERE p.crawl_id = c.id) counted`;

const outcomeCounts = pageOutcomes.map(countOutcome).join(', ');
const documentCounts = `
  'indexed', count(*) FILTER (WHERE v.state = 'indexed'),
  'pending', count(*) FILTER (WHERE v.state = 'pending'),
  'notIndexed', count(*) FILTER (WHERE v.state IN ('failed', 'cancelled'))`;
const joinLatest = `
  LEFT JOIN documents d ON d.id = p.document_id
  LEFT JOIN versions v ON v.id = d.latest`;

type Row<Counts = CrawlCounts> = Omit<CrawlStatus<Counts>, 'reconciled'> &
  Omit<CrawlStatus['reconciled'], 'state'> & { readonly reconciliation: ReconciliationState };

/** @param isAsked whether there is an address at which senders are asked */
function toStatus<Counts>(
  { at, reconciliation, code, problem, total, nextAt, ...crawl }: Row<Counts>,
  isAsked: boolean,
): CrawlStatus<Counts> {
  const isWaitedFor = isAsked || reconciliation !== 'waiting';
  const reconciled = isWaitedFor
    ? { at, state: reconciliation, code, problem, total, nextAt }
    : {
        at,
        state: 'not-asked' as const,
        code,
        problem: problem ?? 'pulse:firecrawlUrl is not set: nobody is asked for lost pages',
        total,
        nextAt: null,
      };
  return { ...crawl, reconciled };
}

/**
 * @param isAsked whether there is an address at which senders are asked
 * @param limit how many at most; a page of the list has 50 at most
 * @param after the last place of the page before
 * @returns the newest crawls first, and where the next page begins
 */
export async function listCrawls(
  pool: Pool,
  { state, source }: CrawlFilter,
  isAsked: boolean,
  limit: number,
  after?: CrawlPlace,
): Promise<{ items: ListedCrawl[]; next: CrawlPlace | undefined }> {
  const most = Math.min(limit, maxListed);
  const rows = await ask<Row<OutcomeCounts> & { place: string }>(
    pool,
    `
    WITH chosen AS MATERIALIZED (
      SELECT * FROM crawls
      WHERE ($1::text IS NULL OR state = $1) AND ($2::text IS NULL OR source = $2)
        AND ($3::float8 IS NULL OR
          (started_at, id) < (timestamptz 'epoch' + $3 * interval '1 microsecond', $4::text))
      ORDER BY started_at DESC, id DESC
      LIMIT $5)
    SELECT ${crawlColumns},
      (extract(epoch FROM c.started_at) * 1000000)::bigint::text AS place
    FROM chosen c
    ${countPages(outcomeCounts)}
    ORDER BY c.started_at DESC, c.id DESC`,
    [state ?? null, source ?? null, after?.startedAt ?? null, after?.id ?? null, most + 1],
  );
  const shown = rows.slice(0, most);
  const last = shown.at(-1);
  return {
    items: shown.map(({ place: _place, ...row }) => toStatus(row, isAsked)),
    next:
      rows.length > most && last !== undefined ? { startedAt: last.place, id: last.id } : undefined,
  };
}

/**
 * @param isAsked whether there is an address at which senders are asked
 * @returns undefined when there is no such crawl
 */
export async function readCrawl(
  pool: Pool,
  id: string,
  isAsked: boolean,
): Promise<(CrawlStatus & { readonly times: CrawlTimes }) | undefined> {
  const [row] = await ask<Row & { times: CrawlTimes }>(
    pool,
    `
    SELECT ${crawlColumns},
      (SELECT json_build_object(
          'p50ToKeywordMs', round((extract(epoch FROM percentile_cont(0.5) WITHIN GROUP (
            ORDER BY v.keyword_at - v.created_at)) * 1000)::numeric),
          'p95ToIndexedMs', round((extract(epoch FROM percentile_cont(0.95) WITHIN GROUP (
            ORDER BY v.vectors_at - v.created_at)) * 1000)::numeric))
        FROM crawl_pages p
        JOIN versions v ON v.id = p.version_id
        WHERE p.crawl_id = c.id AND p.outcome = 'accepted') AS times
    FROM crawls c
    ${countPages(`${outcomeCounts}, ${documentCounts}`, joinLatest)}
    WHERE c.id = $1`,
    [id],
  );
  if (row === undefined) return undefined;
  const { times, ...crawl } = row;
  return { ...toStatus(crawl, isAsked), times };
}

/**
 * @param after the URL of the last page before
 * @returns the pages of a crawl by their URLs; undefined when there is no such crawl
 */
export async function listCrawlPages(
  pool: Pool,
  id: string,
  outcome: PageOutcome | undefined,
  limit: number,
  after?: string,
): Promise<{ items: ListedPage[]; next: string | undefined } | undefined> {
  const rows = await ask<ListedPage & { isThere: boolean }>(
    pool,
    `
    SELECT p.*
    FROM crawls c
    LEFT JOIN LATERAL (
      SELECT true AS "isThere", p.url, p.outcome, p.via, p.code, p.reason,
        p.document_id AS "documentId", p.at, ${documentState}
      FROM crawl_pages p
      LEFT JOIN documents d ON d.id = p.document_id
      LEFT JOIN versions v ON v.id = d.latest
      WHERE p.crawl_id = c.id AND ($2::text IS NULL OR p.outcome = $2)
        AND ($3::text IS NULL OR p.url > $3)
      ORDER BY p.url
      LIMIT $4) p ON true
    WHERE c.id = $1
    ORDER BY p.url`,
    [id, outcome ?? null, after ?? null, limit + 1],
  );
  if (rows.length === 0) return undefined;
  const items = rows.slice(0, limit).flatMap(({ isThere, ...page }) => (isThere ? [page] : []));
  return { items, next: rows.length > limit ? items.at(-1)?.url : undefined };
}
