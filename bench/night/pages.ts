import { documentIdOf } from '../../worker/documents/document-id.ts';
import { parseDocument } from '../../worker/documents/document.ts';
import { buildKeywordPage } from '../../worker/keywords/keyword-page.ts';
import type { Services } from '../../worker/services.ts';
import type { Report } from '../row.ts';

const batchSize = 1_000;

/** A word that only one document has. */
export function marker(number: number): string {
  return `night${number}zq`;
}

/** Leaves documents of one chunk as the first stage does: found by keyword, and without vectors. */
export async function storeSearchablePages(
  services: Services,
  documents: number,
  report: Report,
): Promise<void> {
  await services.keywords.open();
  for (let first = 0; first < documents; first += batchSize) {
    await storeBatch(services, first, Math.min(batchSize, documents - first));
    if ((first / batchSize) % 20 === 19) report(`${first + batchSize} of ${documents} stored`);
  }
}

async function storeBatch(services: Services, first: number, count: number): Promise<void> {
  const pages = Array.from({ length: count }, (_, index) => {
    const number = first + index;
    const text = `${marker(number)} waits for its vectors, as page ${number} of the night.`;
    const url = `https://night.example/${number}`;
    const page = parseDocument({ url, title: `Page ${number}`, text });
    return { id: documentIdOf(page.url), page };
  });
  const { rows } = await services.pool.query<{ id: string; latest: number }>(
    `WITH given AS (SELECT * FROM jsonb_to_recordset($1::jsonb) AS one(id uuid, page jsonb)),
     made AS (
       INSERT INTO documents (id, url, latest, content_hash)
       SELECT id, page->>'url', nextval('versions_id_seq'), page->>'contentHash' FROM given
       RETURNING id, latest),
     version AS (
       INSERT INTO versions (id, document_id, content_hash, page, keyword_at, created_at)
       OVERRIDING SYSTEM VALUE
       SELECT latest, id, page->>'contentHash', page, now(), now() - interval '1 minute'
       FROM made JOIN given USING (id)),
     chunk AS (
       INSERT INTO chunks (document_id, index, version_id, body, headings)
       SELECT id, 0, latest, page->>'text', '{}' FROM made JOIN given USING (id))
     SELECT id, latest::float8 AS latest FROM made`,
    [JSON.stringify(pages)],
  );
  const versions = new Map(rows.map(({ id, latest }) => [id, latest]));
  await services.keywords.replace(
    pages.map(({ id, page }) =>
      buildKeywordPage({
        documentId: id,
        versionId: versions.get(id) as number,
        page,
        chunks: [{ index: 0, text: page.text, headings: [] }],
      }),
    ),
  );
}
