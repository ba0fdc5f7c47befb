import type { Pool } from 'pg';

import type { VersionContent } from '../documents/version.ts';
import { ask } from '../postgres/connection.ts';
import { chunksAsJson } from './statements.ts';

/**
 * The version whose chunks are stored of a document: the latest, or the one before it as long as
 * the latest has no chunks yet.
 */
export interface StoredVersion {
  readonly versionId: number;
  /** How many there are. */
  readonly chunks: number;
}

/**
 * @returns by document, the versions whose chunks may have vectors: none of documents that failed
 *   or were cancelled
 */
export async function readStoredVersions(pool: Pool): Promise<Map<string, StoredVersion>> {
  const rows = await ask<StoredVersion & { documentId: string }>(
    pool,
    `
    SELECT c.document_id AS "documentId", c.version_id::float8 AS "versionId",
      count(*)::int AS chunks
    FROM chunks c
    JOIN versions v ON v.id = c.version_id
    WHERE v.state IN ('pending', 'indexed')
    GROUP BY c.document_id, c.version_id`,
  );
  return new Map(rows.map(({ documentId, ...stored }) => [documentId, stored]));
}

/** @returns undefined when the document is gone */
export async function readStoredVersion(
  pool: Pool,
  documentId: string,
): Promise<VersionContent | undefined> {
  const [found] = await ask<VersionContent>(
    pool,
    {
      name: 'stored-version',
      text: `
        SELECT v.document_id AS "documentId", v.id::float8 AS "versionId", v.page - 'text' AS page,
          ${chunksAsJson} AS chunks
        FROM chunks c
        JOIN versions v ON v.id = c.version_id
        WHERE c.document_id = $1
        GROUP BY v.id`,
    },
    [documentId],
  );
  return found;
}

/** @returns those of the documents whose latest version is indexed */
export async function filterIndexed(pool: Pool, documentIds: readonly string[]): Promise<string[]> {
  if (documentIds.length === 0) return [];
  const rows = await ask<{ id: string }>(
    pool,
    `
    SELECT d.id
    FROM documents d
    JOIN versions v ON v.id = d.latest
    WHERE d.id = ANY($1::uuid[]) AND v.state = 'indexed'`,
    [documentIds],
  );
  return rows.map(({ id }) => id);
}

/** @returns those of the documents that have not been deleted */
export async function filterExisting(
  pool: Pool,
  documentIds: readonly string[],
): Promise<Set<string>> {
  const rows = await ask<{ id: string }>(pool, 'SELECT id FROM documents WHERE id = ANY($1)', [
    documentIds,
  ]);
  return new Set(rows.map(({ id }) => id));
}

/** Latest versions that have to be in the keyword index. */
const findable = `
  SELECT d.id AS "documentId", v.id::float8 AS "versionId", v.page - 'text' AS page,
    (SELECT ${chunksAsJson} FROM chunks c WHERE c.version_id = v.id) AS chunks
  FROM documents d
  JOIN versions v ON v.id = d.latest
  WHERE v.keyword_at IS NOT NULL AND EXISTS (SELECT FROM chunks c WHERE c.version_id = v.id)`;

/** @returns what the keyword index has to hold, in the order of ids, after one of them */
export async function readFindableAfter(
  pool: Pool,
  documentId: string,
  limit: number,
): Promise<VersionContent[]> {
  return ask(pool, `${findable} AND d.id > $1 ORDER BY d.id LIMIT $2`, [documentId, limit]);
}

/** @returns what the keyword index has to hold of these documents */
export async function readFindable(
  pool: Pool,
  documentIds: readonly string[],
): Promise<VersionContent[]> {
  return ask(pool, `${findable} AND d.id = ANY($1)`, [documentIds]);
}
