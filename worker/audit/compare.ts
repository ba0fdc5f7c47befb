import type { KeywordEntry } from '../keywords/keyword-index.ts';
import { pointId } from '../vectors/points.ts';

/** A document as Postgres has it: its latest version and the number of its chunks. */
export interface ExpectedDocument {
  readonly documentId: string;
  readonly versionId: number;
  readonly url: string;
  readonly state: string;
  readonly chunks: number;
}
export interface Point {
  readonly id: string;
  readonly documentId: string;
  readonly version: number;
  readonly chunk: number;
}

/**
 * missing something of the latest version is not there stale it is there of another version
 * duplicate it is there more than once, or in a place that a repeated write would not overwrite
 * orphan it is there of a document that is not
 */
export type Kind = 'missing' | 'orphan' | 'duplicate' | 'stale';
export type Store = 'Postgres' | 'keyword index' | 'Qdrant';

export interface Finding {
  readonly kind: Kind;
  readonly store: Store;
  readonly documentId: string;
  /** The document's id where no URL is known. */
  readonly url: string;
  readonly problem: string;
  /** Newest version found of it, and which points, for what mends it. */
  readonly version?: number;
  readonly points?: readonly string[];
}

const of = ({ documentId, url }: ExpectedDocument, store: Store) => ({ store, documentId, url });

export function compareChunks(document: ExpectedDocument): Finding[] {
  return document.chunks > 0
    ? []
    : [{ kind: 'missing', ...of(document, 'Postgres'), problem: 'indexed, and without chunks' }];
}

export function compareKeywords(
  document: ExpectedDocument,
  entry: KeywordEntry | undefined,
): Finding[] {
  const rows = Math.min(entry?.rows ?? 0, entry?.passages ?? 0);
  const problem = `${document.chunks} chunks, ${rows} keyword rows`;
  const place = of(document, 'keyword index');
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

/** @param versions of the points found under the ids that this document's points have to have */
export function comparePoints(document: ExpectedDocument, versions: readonly number[]): Finding[] {
  const stale = versions.filter((version) => version !== document.versionId).length;
  const place = of(document, 'Qdrant');
  return [
    ...(versions.length < document.chunks
      ? [
          {
            kind: 'missing' as const,
            ...place,
            problem: `${document.chunks} chunks, ${versions.length} points`,
          },
        ]
      : []),
    ...(stale > 0
      ? [
          {
            kind: 'stale' as const,
            ...place,
            problem: `${stale} points of another version than ${document.versionId}`,
          },
        ]
      : []),
  ];
}

export function listPointIds({ url, chunks }: ExpectedDocument): string[] {
  return Array.from({ length: chunks }, (_, index) => pointId(url, index));
}

/**
 * Points of one document that are not among those it has to have; of a document under way nothing
 * is said.
 */
export function findStrays(
  documentId: string,
  points: readonly Point[],
  document: ExpectedDocument | undefined,
): Finding[] {
  const version = Math.max(...points.map((point) => point.version));
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
          ...of(document, 'Qdrant'),
          points: strays,
          problem: `${strays.length} points besides its ${document.chunks}`,
        },
      ];
}

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
