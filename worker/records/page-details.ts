import type { Pool } from 'pg';

import { ask } from '../postgres/connection.ts';

/** What a search shows of a page beside what the keyword index and Qdrant hold. */
export interface PageDetails {
  readonly description: string;
  readonly language: string | null;
  readonly country: string | null;
  readonly isMobile: boolean | null;
  /** When the latest version could be found both ways; null as long as it cannot. */
  readonly indexedAt: Date | null;
}

/** @returns the details of those documents that have not been deleted, by id */
export async function readPageDetails(
  pool: Pool,
  documentIds: readonly string[],
): Promise<Map<string, PageDetails>> {
  if (documentIds.length === 0) return new Map();
  const rows = await ask<PageDetails & { id: string }>(
    pool,
    {
      name: 'page-details',
      text: `
        SELECT d.id, v.page->>'description' AS description, v.page->>'language' AS language,
          v.page->>'country' AS country, (v.page->>'isMobile')::boolean AS "isMobile",
          v.vectors_at AS "indexedAt"
        FROM documents d
        JOIN versions v ON v.id = d.latest
        WHERE d.id = ANY($1)`,
    },
    [documentIds],
  );
  return new Map(rows.map(({ id, ...details }) => [id, details]));
}
