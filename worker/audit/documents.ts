import type { Pool } from 'pg';

import { lowestDocumentId } from '../documents/document-id.ts';
import { ask } from '../postgres/connection.ts';
import type { ExpectedDocument } from './compare.ts';

const expected = `
  SELECT d.id AS "documentId", v.id::float8 AS "versionId", d.url, v.state,
    (SELECT count(*)::int FROM chunks c WHERE c.version_id = v.id) AS chunks
  FROM documents d JOIN versions v ON v.id = d.latest`;

const documentsPerPage = 500;

/** Yields every document in pages of 500, in the order of ids. */
export async function* readDocumentPages(pool: Pool): AsyncGenerator<ExpectedDocument[]> {
  let after = lowestDocumentId;
  for (;;) {
    const page = await ask<ExpectedDocument>(
      pool,
      `${expected} WHERE d.id > $1 ORDER BY d.id LIMIT ${documentsPerPage}`,
      [after],
    );
    if (page.length === 0) return;
    yield page;
    after = page.at(-1)?.documentId as string;
  }
}

/** @returns those of the documents that exist, by id */
export async function readDocuments(
  pool: Pool,
  ids: readonly string[],
): Promise<Map<string, ExpectedDocument>> {
  const rows =
    ids.length === 0
      ? []
      : await ask<ExpectedDocument>(pool, `${expected} WHERE d.id = ANY($1)`, [ids]);
  return new Map(rows.map((row) => [row.documentId, row]));
}

/** @returns those of the documents that are deleted and may still have keywords or vectors */
export async function filterBeingRemoved(pool: Pool, ids: readonly string[]): Promise<Set<string>> {
  const rows = await ask<{ id: string }>(
    pool,
    'SELECT document_id AS id FROM removals WHERE document_id = ANY($1)',
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}
