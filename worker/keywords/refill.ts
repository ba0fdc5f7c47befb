import type { Pool } from 'pg';

import { ask } from '../postgres/connection.ts';
import type { ChunkedVersion } from '../records/records.ts';
import type { Services } from '../services.ts';
import type { KeywordPage } from './keyword-index.ts';

type Stored = Pick<ChunkedVersion, 'documentId' | 'versionId' | 'page' | 'chunks'>;

const stored = `
  SELECT d.id AS "documentId", v.id::float8 AS "versionId", v.page - 'text' AS page,
    (SELECT json_agg(json_build_object('index', c.index, 'text', c.body, 'headings', c.headings) ORDER BY c.index) FROM chunks c WHERE c.version_id = v.id) AS chunks
  FROM documents d JOIN versions v ON v.id = d.latest WHERE v.keyword_at IS NOT NULL AND EXISTS (SELECT FROM chunks c WHERE c.version_id = v.id)`;

/** Pages as the keyword index has to have them, in the order of ids. */
export async function readPagesAfter(
  pool: Pool,
  after: string,
  limit: number,
): Promise<KeywordPage[]> {
  return (
    await ask<Stored>(pool, `${stored} AND d.id > $1 ORDER BY d.id LIMIT $2`, [after, limit])
  ).map(keywordPage);
}

export async function readPages(pool: Pool, ids: readonly string[]): Promise<KeywordPage[]> {
  return (await ask<Stored>(pool, `${stored} AND d.id = ANY($1)`, [ids])).map(keywordPage);
}

function keywordPage({ documentId, versionId, page, chunks }: Stored): KeywordPage {
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
 * Writes pages from Postgres; one that was deleted meanwhile does not come back by it: its deletion
 * clears the index after Postgres, or we do.
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
  const there = new Set(left.map(({ id }) => id));
  for (const { id, version } of pages) if (!there.has(id)) await keywords.remove(id, version);
}
