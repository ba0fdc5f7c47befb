import type { KeywordEntry } from '../keywords/keyword-index.ts';
import { pointId } from '../vectors/points.ts';

/** A document in Postgres: its latest version and the number of that version's chunks. */
export interface ExpectedDocument {
  readonly documentId: string;
  readonly versionId: number;
  readonly url: string;
  readonly state: string;
  readonly chunks: number;
}
/** The part of a Qdrant point that the audit reads. */
export interface Point {
  readonly id: string;
  readonly documentId: string;
  readonly version: number;
  readonly chunk: number;
}

/**
 * What is wrong.
 *
 * - `missing`: a chunk of the latest version is not in the store.
 * - `stale`: it is there, but of another version.
 * - `duplicate`: it is there more than once, or under an id that a repeated write would not
 *   overwrite.
 * - `orphan`: it belongs to a document that does not exist.
 */
export type Kind = 'missing' | 'orphan' | 'duplicate' | 'stale';
export type Store = 'Postgres' | 'keyword index' | 'Qdrant';

export interface Finding {
  readonly kind: Kind;
  readonly store: Store;
  readonly documentId: string;
  /** The document's id when no URL is known. */
  readonly url: string;
  readonly problem: string;
  /** The newest version that was found, for the repair. */
  readonly version?: number;
  /** The ids of the points to remove, for the repair. */
  readonly points?: readonly string[];
}

const describeDocument = ({ documentId, url }: ExpectedDocument, store: Store) => ({
  store,
  documentId,
  url,
});

/** Finds an indexed document without chunks in Postgres. */
export function compareChunks(document: ExpectedDocument): Finding[] {
  return document.chunks > 0
    ? []
    : [
        {
          kind: 'missing',
          ...describeDocument(document, 'Postgres'),
          problem: 'indexed, and without chunks',
        },
      ];
}

/** Compares a document's chunks with its rows in the keyword index. */
export function compareKeywords(
  document: ExpectedDocument,
  entry: KeywordEntry | undefined,
): Finding[] {
  const rows = Math.min(entry?.rows ?? 0, entry?.passages ?? 0);
  const problem = `${document.chunks} chunks, ${rows} keyword rows`;
  const place = describeDocument(document, 'keyword index');
  if (entry !== undefined && entry.version !== document.versionId)
    return [
      {
        kind: 'stale',
        ...place,
        problem: `keyword rows of version ${entry.version}, and not ${document.versionId}`,
      },
    ];
  if (rows < document.chunks) return [{ kind: 'missing', ...place, problem }];
  return rows > document.chunks ? [{ kind: 'duplicate', ...place, problem }] : [];
}

/**
 * Compares a document's chunks with its points.
 *
 * @param versions of the points that exist under the ids that this document must have
 */
export function comparePoints(document: ExpectedDocument, versions: readonly number[]): Finding[] {
  const stale = versions.filter((version) => version !== document.versionId).length;
  const place = describeDocument(document, 'Qdrant');
  const findings: Finding[] = [];
  if (versions.length < document.chunks)
    findings.push({
      kind: 'missing',
      ...place,
      problem: `${document.chunks} chunks, ${versions.length} points`,
    });
  if (stale > 0)
    findings.push({
      kind: 'stale',
      ...place,
      problem: `${stale} points of another version than ${document.versionId}`,
    });
  return findings;
}

/** @returns the ids of the points that a document must have */
export function listPointIds({ url, chunks }: ExpectedDocument): string[] {
  return Array.from({ length: chunks }, (_, index) => pointId(url, index));
}

/**
 * Finds points of one document that it must not have. Reports nothing for a document that is still
 * pending.
 */
export function compareStrays(
  documentId: string,
  points: readonly Point[],
  document: ExpectedDocument | undefined,
): Finding[] {
  // Math.max(...) takes some 120,000 arguments at most.
  const version = points.reduce((most, point) => Math.max(most, point.version), 0);
  if (document === undefined)
    return [
      {
        kind: 'orphan',
        store: 'Qdrant',
        documentId,
        url: documentId,
        version,
        problem: `${points.length} points of a document that is not there`,
      },
    ];
  if (document.state !== 'indexed') return [];
  const ids = new Set(listPointIds(document));
  const strays = points.filter(({ id }) => !ids.has(id)).map(({ id }) => id);
  return strays.length === 0
    ? []
    : [
        {
          kind: 'duplicate',
          ...describeDocument(document, 'Qdrant'),
          points: strays,
          problem: `${strays.length} points besides its ${document.chunks}`,
        },
      ];
}

/** Reports the keyword rows of a document that does not exist. */
export function reportOrphanedKeywords({ id, url, version, rows }: KeywordEntry): Finding {
  return {
    kind: 'orphan',
    store: 'keyword index',
    documentId: id,
    url,
    version,
    problem: `${rows} keyword rows of a document that is not there`,
  };
}
