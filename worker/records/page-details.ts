import type { Pool } from 'pg';

import { documentIdOf } from '../documents/document-id.ts';
import { ask } from '../postgres/connection.ts';

/** What a search shows of a page beside what the keyword index and Qdrant hold. */
export interface PageDetails {
  readonly description: string;
  readonly language: string | null;
  readonly country: string | null;
  readonly isMobile: boolean | null;
  /** When the latest version could be found both ways; null as long as it cannot. */
  readonly indexedAt: Date | null;
  /** Above the passage, from the outermost; null when the chunk has been replaced since. */
  readonly headings: readonly string[] | null;
}

/** A chunk that was found. */
export interface FoundChunk {
  readonly url: string;
  readonly chunk: number;
  readonly passage: string;
}

/** @returns the details of those documents that have not been deleted, by id */
export async function readPageDetails(
  pool: Pool,
  found: readonly FoundChunk[],
): Promise<Map<string, PageDetails>> {
  if (found.length === 0) return new Map();
  const rows = await ask<PageDetails & { id: string }>(
    pool,
    {
      name: 'page-details',
      text: `
        SELECT d.id, page.*, v.vectors_at AS "indexedAt", c.headings
        FROM unnest($1::uuid[], $2::int[], $3::text[]) AS found(id, chunk, passage)
        JOIN documents d ON d.id = found.id
        JOIN versions v ON v.id = d.latest
        -- A page may have megabytes, and each operator would decompress it once more.
        CROSS JOIN jsonb_to_record(v.page)
          AS page(description text, language text, country text, "isMobile" boolean)
        LEFT JOIN chunks c
          ON c.document_id = d.id AND c.index = found.chunk AND c.body = found.passage`,
    },
    [
      found.map(({ url }) => documentIdOf(url)),
      found.map(({ chunk }) => chunk),
      found.map(({ passage }) => passage),
    ],
  );
  return new Map(rows.map(({ id, ...details }) => [id, details]));
}
