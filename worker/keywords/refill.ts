import type { Pool } from 'pg';

import { ask } from '../records/connection.ts';
import type { ChunkedVersion } from '../records/records.ts';
import type { Services } from '../services.ts';
import type { KeywordPage } from './keyword-index.ts';

type Stored = Pick<ChunkedVersion, 'documentId' | 'versionId' | 'page' | 'chunks'>;

const stored = `
  SELECT d.id AS "documentId", v.id::float8 AS "versionId", v.page - 'text' AS page, (
    SELECT json_agg(
      json_build_object('index', c.index, 'text', c.body, 'headings', c.headings)
      ORDER BY c.index
    )
    FROM chunks c
    WHERE c.version_id = v.id
  ) AS chunks
  FROM documents d
  JOIN versions v ON v.id = d.latest
  WHERE v.keyword_at IS NOT NULL
    AND EXISTS (SELECT FROM chunks c WHERE c.version_id = v.id)`;

/** @returns what the keyword index must hold, in the order of ids, beginning after `after` */
export async function readPagesAfter(
  pool: Pool,
  after: string,
  limit: number,
): Promise<KeywordPage[]> {
  return (
    await ask<Stored>(pool, `${stored} AND d.id > $1 ORDER BY d.id LIMIT $2`, [after, limit])
  ).map(toKeywordPage);
}

export async function readPages(pool: Pool, ids: readonly string[]): Promise<KeywordPage[]> {
  return (await ask<Stored>(pool, `${stored} AND d.id = ANY($1)`, [ids])).map(toKeywordPage);
}

function toKeywordPage({ documentId, versionId, page, chunks }: Stored): KeywordPage {
  const { url, title, language, country, isMobile } = page;
  return {
    id: documentId,
    version: versionId,
    url,
    title,
    domain: new URL(url).hostname,
    language,
    country,
    isMobile,
    chunks,
  };
}

/**
 * Writes pages from Postgres to the keyword index. A document that was deleted in the meantime does
 * not come back: its deletion clears the index after Postgres, or this function does.
 */
export async function refillKeywordIndex(
  { keywords, pool }: Pick<Services, 'keywords' | 'pool'>,
  pages: readonly KeywordPage[],
  progress?: string,
): Promise<void> {
  if (pages.length === 0) return;
  await keywords.replace(pages, undefined, progress);
  const left = await ask<{ id: string }>(pool, 'SELECT id FROM documents WHERE id = ANY($1)', [
    pages.map(({ id }) => id),
  ]);
  const present = new Set(left.map(({ id }) => id));
  for (const { id, version } of pages) if (!present.has(id)) await keywords.remove(id, version);
}
