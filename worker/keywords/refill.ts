import type { Keywords } from './keywords.ts';
import type { KeywordPage } from './words-schema.ts';

/**
 * Writes pages from Postgres to the keyword index. A document that was deleted in the meantime does
 * not come back: its deletion clears the index after Postgres, or this function does.
 *
 * @param filterExisting asks Postgres which of the documents have not been deleted
 * @param progress kept in the index together with the pages
 */
export async function refillKeywordIndex(
  keywords: Keywords,
  pages: readonly KeywordPage[],
  filterExisting: (ids: readonly string[]) => Promise<ReadonlySet<string>>,
  progress?: string,
): Promise<void> {
  if (pages.length === 0) return;
  await keywords.replace(pages, undefined, progress);
  const existing = await filterExisting(pages.map(({ id }) => id));
  for (const { id, version } of pages) if (!existing.has(id)) await keywords.remove(id, version);
}
