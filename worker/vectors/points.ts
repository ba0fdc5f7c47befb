import { v5 as uuidv5 } from 'uuid';

import type { FoundChunk } from '../../shared/search-answer.ts';
import { listValuesFound } from '../documents/filters.ts';
import type { Filters } from '../documents/filters.ts';
import type { EmbeddedBy, StoredChunk, VersionContent } from '../documents/version.ts';

/**
 * Every payload field that a filter names, by the type of what it is compared with: Qdrant in
 * strict mode refuses a filter on another one, and an index of another type does not count.
 */
export const payloadIndexes = {
  documentId: 'keyword',
  url: 'keyword',
  domain: 'keyword',
  language: 'keyword',
  country: 'keyword',
  isMobile: 'bool',
  version: 'integer',
  chunkIndex: 'integer',
  chunker: 'integer',
  model: 'keyword',
  embedder: 'keyword',
} as const;

const { chunker: _ofDeletions, ...ofReads } = payloadIndexes;
/** Those that searches and counts need; a large collection of before has them already. */
export const readIndexes = ofReads;

/** Builds the point of a chunk: all that a search returns or filters by, and who made the vector. */
export function buildPoint(
  { documentId, versionId, page }: VersionContent,
  chunk: StoredChunk,
  vector: readonly number[],
  model: string,
  embedder: EmbeddedBy,
) {
  return {
    id: pointId(page.url, chunk.index),
    vector: vector as number[],
    payload: {
      documentId,
      version: versionId,
      chunkIndex: chunk.index,
      chunker: chunkerOf(chunk),
      model,
      embedder,
      url: page.url,
      title: page.title,
      passage: chunk.text,
      ...(chunk.prefix !== undefined && { prefix: chunk.prefix }),
      headings: [...chunk.headings],
      domain: new URL(page.url).hostname,
      language: page.language,
      country: page.country,
      isMobile: page.isMobile,
    },
  };
}

/** Reads a chunk from a point that a search found. */
export function readFound({
  score,
  payload,
}: {
  readonly score: number;
  readonly payload?: Readonly<Record<string, unknown>> | null | undefined;
}): FoundChunk {
  return {
    url: String(payload?.['url']),
    title: String(payload?.['title']),
    passage: String(payload?.['passage']),
    ...(typeof payload?.['prefix'] === 'string' && { prefix: payload['prefix'] }),
    chunk: Number(payload?.['chunkIndex']),
    score,
  };
}

/** The rules of chunks that were stored before this was recorded. */
const unrecordedChunker = 2;

function chunkerOf(chunk: StoredChunk | undefined): number {
  return chunk?.chunker ?? unrecordedChunker;
}

/**
 * The same URL and chunk number give the same id: a repeated write overwrites. It does not depend
 * on the rules by which the page was cut, so that points of before keep their ids. (The 2 was the
 * version of the rules when it did.)
 */
export function pointId(url: string, chunkIndex: number): string {
  return uuidv5(`${url}#${chunkIndex}/2`, uuidv5.URL);
}

/**
 * One request: points of a version, and after those of its last chunk the deletion of what the
 * document has besides them.
 */
export function buildWrite(
  version: VersionContent,
  points: ReturnType<typeof buildPoint>[],
  isLastPart: boolean,
) {
  return [
    { upsert: { points, update_filter: filterNotNewerThan(version.versionId) } },
    ...(isLastPart ? [{ delete: { filter: filterSurplus(version) } }] : []),
  ];
}

/**
 * Matches points of this version and older ones. A write under this condition never overwrites a
 * newer version. Qdrant before 1.16 ignores the condition.
 */
function filterNotNewerThan(versionId: number) {
  return { must: [{ key: 'version', range: { lte: versionId } }] };
}

/** Matches a document's points, but for those of a newer version. */
export function filterDocument(documentId: string, upTo: number) {
  return {
    must: [
      { key: 'documentId', match: { value: documentId } },
      { key: 'version', range: { lte: upTo } },
    ],
  };
}

/**
 * Matches a document's points that are of an older version, beyond the last chunk, or cut by other
 * rules than its chunks. Points of a newer version are never matched.
 */
function filterSurplus({ documentId, versionId, chunks }: VersionContent) {
  return {
    ...filterDocument(documentId, versionId),
    should: [
      { key: 'version', range: { lt: versionId } },
      { key: 'chunkIndex', range: { gte: chunks.length } },
      { must_not: [{ key: 'chunker', match: { value: chunkerOf(chunks[0]) } }] },
    ],
  };
}

/** Whether a point that `filterDocument` found is one that `filterSurplus` matches. */
export function isSurplus(
  payload: Readonly<Record<string, unknown>>,
  { versionId, chunks }: VersionContent,
): boolean {
  return (
    Number(payload['version']) < versionId ||
    Number(payload['chunkIndex']) >= chunks.length ||
    payload['chunker'] !== chunkerOf(chunks[0])
  );
}

/** @returns the conditions of what the filters find, which may be several values */
export function buildFilter(filters: Filters) {
  return Object.entries(filters)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => {
      const any = typeof value === 'string' ? listValuesFound(key, value) : [];
      const one = { value: value as string | boolean };
      return { key, match: any.length > 1 ? { any: [...any] } : one };
    });
}
