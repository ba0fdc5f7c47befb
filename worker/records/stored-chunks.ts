import type { Pool } from 'pg';

import { ask } from '../postgres/connection.ts';
import type { ChunkedVersion } from './records.ts';

/**
 * The version whose chunks are kept of a document: the latest, or the one before it as long as the
 * latest is not cut yet.
 */
export interface StoredVersion {
  readonly versionId: number;
  readonly chunks: number;
}

/** By document, all whose chunks may have vectors: not of what failed or was cancelled. */
export async function readStoredVersions(pool: Pool): Promise<Map<string, StoredVersion>> {
  const rows = await ask<StoredVersion & { documentId: string }>(
    pool,
    `
    SELECT c.document_id AS "documentId", c.version_id::float8 AS "versionId", count(*)::int AS chunks
    FROM chunks c JOIN versions v ON v.id = c.version_id WHERE v.state IN ('pending', 'indexed') GROUP BY c.document_id, c.version_id`,
  );
  return new Map(rows.map(({ documentId, ...stored }) => [documentId, stored]));
}

/** With its chunks in order; undefined when the document is gone. */
export async function readStoredVersion(
  pool: Pool,
  documentId: string,
): Promise<Pick<ChunkedVersion, 'documentId' | 'versionId' | 'page' | 'chunks'> | undefined> {
  const [found] = await ask<ChunkedVersion>(
    pool,
    {
      name: 'stored-version',
      text: `
      SELECT v.document_id AS "documentId", v.id::float8 AS "versionId", v.page - 'text' AS page,
        json_agg(json_build_object('index', c.index, 'text', c.body, 'headings', c.headings) ORDER BY c.index) AS chunks
      FROM chunks c JOIN versions v ON v.id = c.version_id WHERE c.document_id = $1 GROUP BY v.id`,
    },
    [documentId],
  );
  return found;
}

/** Those of the documents that are done. */
export async function filterIndexed(pool: Pool, documentIds: readonly string[]): Promise<string[]> {
  if (documentIds.length === 0) return [];
  const rows = await ask<{ id: string }>(
    pool,
    "SELECT d.id FROM documents d JOIN versions v ON v.id = d.latest WHERE d.id = ANY($1::uuid[]) AND v.state = 'indexed'",
    [documentIds],
  );
  return rows.map(({ id }) => id);
}
