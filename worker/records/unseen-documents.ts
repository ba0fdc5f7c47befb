import type { Pool } from 'pg';

import { ask } from '../postgres/connection.ts';
import { hostOfUrl } from '../postgres/expressions.ts';

/** Host and port of a URL of `documents`. */
const authority = "split_part(url, '/', 3)";

/**
 * Documents of the hosts of crawl $1 that were there before it began and that it has not seen, in
 * any outcome. What a later crawl has seen, or a later change was reported of, is not among them.
 */
const unseen = `
  WITH hosts AS MATERIALIZED (
    SELECT DISTINCT ${authority} AS host FROM crawl_pages
    WHERE crawl_id = $1 AND outcome IN ('accepted', 'unchanged', 'older')),
  unseen AS (
    SELECT d.id, d.url, h.host
    FROM crawls c
    CROSS JOIN hosts h
    JOIN documents d ON ${hostOfUrl} = split_part(h.host, ':', 1) AND ${authority} = h.host
    JOIN versions v ON v.id = d.latest
    WHERE c.id = $1 AND v.created_at < c.started_at
      AND (d.crawl_started_at IS NULL OR d.crawl_started_at < c.started_at)
      AND (d.changed_at IS NULL OR d.changed_at < c.started_at)
      AND NOT EXISTS (
        SELECT FROM crawl_pages p
        WHERE p.crawl_id = c.id AND (p.document_id = d.id OR p.url = d.url)))`;

export interface UnseenOfHost {
  readonly host: string;
  readonly documents: number;
  readonly unseen: number;
}

/** How many documents a crawl has not seen of each of its hosts. */
export async function countUnseen(pool: Pool, crawlId: string): Promise<UnseenOfHost[]> {
  return ask(
    pool,
    `${unseen}
    SELECT h.host, (SELECT count(*)::int FROM unseen u WHERE u.host = h.host) AS unseen,
      (SELECT count(*)::int FROM documents d
        WHERE ${hostOfUrl} = split_part(h.host, ':', 1) AND ${authority} = h.host) AS documents
    FROM hosts h
    ORDER BY unseen DESC, h.host`,
    [crawlId],
  );
}

/** @returns at most `limit` of them */
export async function listUnseen(
  pool: Pool,
  crawlId: string,
  limit: number,
): Promise<{ readonly id: string; readonly url: string }[]> {
  return ask(pool, `${unseen} SELECT id, url FROM unseen ORDER BY url LIMIT $2`, [crawlId, limit]);
}
