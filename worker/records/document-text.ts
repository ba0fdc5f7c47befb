import type { Pool } from 'pg';

import { ask } from '../postgres/connection.ts';

/** The version by which a document is found now; its latest one as long as it is not found. */
export interface FoundVersion {
  readonly url: string;
  readonly title: string;
  readonly language: string | null;
  readonly versionId: number;
  /** When it could be found both ways; null as long as it cannot. */
  readonly indexedAt: Date | null;
  /** In characters. */
  readonly length: number;
  /** Null where it is longer than was asked for. */
  readonly text: string | null;
}

/** The text of a version, and how each of its chunks begins, in their order. */
export interface VersionText {
  readonly text: string;
  readonly beginnings: readonly string[];
}

/** Enough of a chunk to find its place in the text. */
const beginningLength = 500;

/**
 * @param longest the longest text, in characters, that is read as well
 * @returns undefined when there is no such document
 */
export async function readFoundVersion(
  pool: Pool,
  documentId: string,
  longest: number,
): Promise<FoundVersion | undefined> {
  const [row] = await ask<FoundVersion>(
    pool,
    {
      name: 'found-version',
      text: `
        SELECT d.url, v.page->>'title' AS title, v.page->>'language' AS language,
          v.id::float8 AS "versionId", v.vectors_at AS "indexedAt", texts.length,
          CASE WHEN texts.length <= $2 THEN v.page->>'text' END AS text
        FROM documents d
        LEFT JOIN LATERAL (
          SELECT version_id FROM chunks WHERE document_id = d.id LIMIT 1) stored ON true
        LEFT JOIN versions found ON found.id = stored.version_id
        JOIN versions v ON v.id = coalesce(found.id, d.latest)
        CROSS JOIN LATERAL (SELECT length(v.page->>'text') AS length) texts
        WHERE d.id = $1`,
    },
    [documentId, longest],
  );
  return row;
}

/** @returns undefined when the version is gone */
export async function readVersionText(
  pool: Pool,
  versionId: number,
): Promise<VersionText | undefined> {
  const [row] = await ask<VersionText>(
    pool,
    {
      name: 'version-text',
      text: `
        SELECT v.page->>'text' AS text, ARRAY(
          SELECT left(c.body, ${beginningLength}) FROM chunks c
          WHERE c.version_id = v.id ORDER BY c.index) AS beginnings
        FROM versions v
        WHERE v.id = $1`,
    },
    [versionId],
  );
  return row;
}
