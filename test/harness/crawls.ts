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
