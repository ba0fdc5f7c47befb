import type { Services } from './services.ts';

export interface AuditFinding { readonly url: string; readonly problem: string }

export interface Audit {
  readonly ok: boolean;
  readonly documents: number;
  readonly chunks: number;
  readonly keywordRows: number;
  readonly points: number;
  readonly findings: readonly AuditFinding[];
}

/** Compares the stores: for every indexed document one keyword row and one point a chunk, all of its latest version, and nothing else. */
export async function audit({ records, keywords, vectors }: Services): Promise<Audit> {
  const [documents, rows, points] = await Promise.all([records.inventory(), keywords.inventory('', 1_000_000), vectors.inventory()]);
  const byKeyword = new Map(rows.map((row) => [row.id, row]));
  const findings: AuditFinding[] = [];
  for (const { documentId, versionId, url, state, chunks } of documents) {
    if (state !== 'indexed') continue;
    const row = byKeyword.get(documentId);
    const point = points.get(documentId);
    if (row?.rows !== chunks) findings.push({ url, problem: `${chunks} chunks, ${row?.rows ?? 0} keyword rows` });
    if (row !== undefined && row.version !== versionId) findings.push({ url, problem: 'keyword rows of another version' });
    if (point?.points !== chunks) findings.push({ url, problem: `${chunks} chunks, ${point?.points ?? 0} points` });
    if (point !== undefined && (point.versions.size !== 1 || !point.versions.has(versionId))) findings.push({ url, problem: 'points of another version' });
  }
  const known = new Set(documents.map(({ documentId }) => documentId));
  for (const { id } of rows) if (!known.has(id)) findings.push({ url: id, problem: 'keyword rows of a document that is gone' });
  for (const id of points.keys()) if (!known.has(id)) findings.push({ url: id, problem: 'points of a document that is gone' });
  return {
    ok: findings.length === 0,
    documents: documents.length,
    chunks: documents.reduce((sum, { chunks }) => sum + chunks, 0),
    keywordRows: rows.reduce((sum, row) => sum + row.rows, 0),
    points: [...points.values()].reduce((sum, entry) => sum + entry.points, 0),
    findings,
  };
}

