import type { Pool } from 'pg';

import type { CrawlPage } from '../documents/crawl-page.ts';
import { documentIdOf } from '../documents/document-id.ts';
import { cutText } from '../documents/short-text.ts';
import { ask } from '../postgres/connection.ts';
import { storePages } from './delivery-statements.ts';

const maxReasonLength = 1_000;

/** How a crawl ended, as its sender says. */
export interface CrawlEnd {
  readonly state: 'completed' | 'failed' | 'cancelled';
  readonly reason: string | null;
}

export interface Crawl {
  readonly id: string;
  readonly source: string;
  readonly kind: 'crawl' | 'batch-scrape';
  /** With it the crawl is over, and its sender is asked for its pages in 30 s. */
  readonly end?: CrawlEnd | undefined;
}

/** What is noted of a delivery, so that it is taken once. */
export interface DeliveryNote {
  readonly source: string;
  readonly key: string;
  readonly event: string;
  readonly outcome: 'stored' | 'ignored';
  readonly bytes: number;
}

export interface CrawlPages {
  /** Null for pages of no crawl, which have no row beside their documents. */
  readonly crawl: Crawl | null;
  readonly via: 'webhook' | 'reconciliation';
  /** Without one nothing keeps the pages from being taken twice, which does no harm. */
  readonly delivery?: DeliveryNote | undefined;
  readonly pages: readonly CrawlPage[];
}

/** How many pages had each outcome. Its fields are JSON output. */
export interface PageCounts {
  accepted: number;
  unchanged: number;
  older: number;
  failed: number;
  rejected: number;
}

export interface StoredPages {
  /** Whether it is the first time that the delivery came. */
  readonly isNew: boolean;
  readonly pages: PageCounts;
  /** The documents with a new version, which have to be enqueued. */
  readonly accepted: readonly { readonly documentId: string; readonly url: string }[];
}

/**
 * Stores pages of a crawl, what became of each, the crawl's row and that of the delivery in one
 * statement: all of it, or nothing. Of several pages with one URL the last one with a text counts.
 *
 * A page is `older`, and replaces nothing, when the document has another content and
 *
 * - a crawl that began later has seen it, or a later change of it was reported;
 * - this crawl has brought this very content before, so that what is there came in since;
 * - it was submitted by itself after this crawl had ended;
 * - its latest version came in more than a day after the change that is reported;
 * - the sender was asked for it, and it was submitted by itself, or a change of it was reported,
 *   since this crawl began.
 *
 * A page is `older` as well where this crawl has brought this very content before and there is no
 * document: somebody has deleted it. Only a webhook opens again what failed or was cancelled.
 *
 * @throws PulseError whose code begins with POSTGRES; then nothing was stored
 */
export async function storeCrawlPages(
  pool: Pool,
  { crawl, via, delivery, pages }: CrawlPages,
): Promise<StoredPages> {
  const rows = await ask<Row>(pool, storePages, [
    JSON.stringify([...choosePages(pages).values()]),
    delivery?.source ?? null,
    delivery?.key ?? null,
    delivery?.event ?? null,
    delivery?.outcome ?? null,
    delivery?.bytes ?? null,
    crawl?.id ?? null,
    crawl?.source ?? null,
    crawl?.kind ?? null,
    crawl?.end?.state ?? 'running',
    crawl?.end?.reason == null ? null : cutText(crawl.end.reason, maxReasonLength),
    via,
  ]);
  const counts: PageCounts = { accepted: 0, unchanged: 0, older: 0, failed: 0, rejected: 0 };
  for (const { outcome } of rows) if (outcome !== null) counts[outcome] += 1;
  return {
    isNew: rows.length > 0,
    pages: counts,
    accepted: rows.flatMap(({ documentId, url, outcome }) =>
      outcome === 'accepted' ? [{ documentId, url }] : [],
    ),
  };
}

/** One without an outcome stands for a delivery without pages. */
interface Row {
  readonly documentId: string;
  readonly url: string;
  readonly outcome: keyof PageCounts | null;
}

/** @returns the pages as the statement takes them, by their URLs */
function choosePages(pages: readonly CrawlPage[]): Map<string, object> {
  const chosen = new Map<string, object>();
  for (const one of pages) {
    if (!('page' in one)) {
      if (!chosen.has(one.url)) chosen.set(one.url, one);
      continue;
    }
    const { page, cleanMs, changedAt } = one;
    const { url, contentHash: hash } = page;
    chosen.delete(url);
    chosen.set(url, { url, id: documentIdOf(url), hash, page, cleanMs, changedAt });
  }
  return chosen;
}
