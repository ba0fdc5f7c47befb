import { randomUUID } from 'node:crypto';

import type { Pool } from 'pg';

import { losePage, readCrawlPage } from '../../worker/documents/crawl-page.ts';
import { storeCrawlPages } from '../../worker/records/crawl-pages.ts';
import type { CrawlEnd } from '../../worker/records/crawl-pages.ts';

/**
 * Stores a delivery of a new crawl of Firecrawl. A URL that ends in `lost` is a page that it did
 * not get.
 *
 * @returns the crawl's id
 */
export async function deliverCrawl(
  pool: Pool,
  urls: readonly string[],
  { end }: { readonly end?: CrawlEnd } = {},
): Promise<string> {
  const id = randomUUID();
  const origin = { source: 'firecrawl', crawlId: id };
  await storeCrawlPages(pool, {
    crawl: { id, source: 'firecrawl', kind: 'crawl', end },
    via: 'webhook',
    pages: urls.map((url) =>
      url.endsWith('lost')
        ? losePage({ url }, 'failed', null, 'The page took too long.')
        : readCrawlPage({ url, markdown: `Granite of ${url}.` }, origin),
    ),
  });
  return id;
}

/**
 * Stores a site of 41 pages, and a later crawl that has not seen twelve of them.
 *
 * @returns the id of that crawl
 */
export async function deliverUnseen(pool: Pool): Promise<string> {
  const urls = Array.from({ length: 41 }, (_, at) => `https://unseen.example/${at}`);
  const site = await deliverCrawl(pool, urls);
  const versions = 'SELECT id FROM documents WHERE url LIKE $1';
  const ofSite = ['https://unseen.example/%'];
  const later = "interval '1 hour'";
  await pool.query(`UPDATE crawls SET started_at = started_at - interval '1 day' WHERE id = $1`, [
    site,
  ]);
  await pool.query(
    `UPDATE versions SET created_at = created_at - ${later} WHERE document_id IN (${versions})`,
    ofSite,
  );
  await pool.query(
    `UPDATE documents SET crawl_started_at = crawl_started_at - ${later} WHERE url LIKE $1`,
    ofSite,
  );
  const id = await deliverCrawl(pool, urls.slice(12), {
    end: { state: 'completed', reason: null },
  });
  await pool.query(
    `UPDATE crawls SET reconciliation = 'complete', missing = 0, reconcile_due_at = NULL
    WHERE id = $1`,
    [id],
  );
  return id;
}
