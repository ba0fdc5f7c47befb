import { v5 as uuidv5 } from 'uuid';

import { chunkerVersion } from '../chunks/split.ts';
import type { EmbeddedBy, StoredChunk, VersionContent } from '../documents/version.ts';

/** What points are filtered by, in searches and in our own housekeeping. */
export const payloadIndexes = {
  documentId: 'keyword',
  url: 'keyword',
  domain: 'keyword',
  language: 'keyword',
  country: 'keyword',
  isMobile: 'bool',
  version: 'integer',
  chunkIndex: 'integer',
  model: 'keyword',
  embedder: 'keyword',
} as const;

/** A chunk as a point: all that a search answers with or filters by, and where the vector came from. */
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
      chunker: chunkerVersion,
      model,
      embedder,
      url: page.url,
      title: page.title,
      passage: chunk.text,
      headings: [...chunk.headings],
      domain: new URL(page.url).hostname,
      language: page.language,
      country: page.country,
      isMobile: page.isMobile,
    },
  };
}

/** The same for the same page, position and rules of cutting: a repeated write overwrites. */
export function pointId(url: string, chunkIndex: number): string {
  return uuidv5(`${url}#${chunkIndex}/${chunkerVersion}`, uuidv5.URL);
}

/**
 * An older or equal version's points may be overwritten, a newer one's not: a late writer must not
 * win. (Qdrant before 1.16 does not know the condition and ignores it.)
 */
export function filterNotNewerThan(versionId: number) {
  return { must: [{ key: 'version', range: { lte: versionId } }] };
}

/**
 * What is not of this version and its chunks, cut by today's rules; a newer version's points are
 * not among them.
 */
export function filterSurplus({ documentId, versionId, chunks }: VersionContent) {
  return {
    must: [
      { key: 'documentId', match: { value: documentId } },
      { key: 'version', range: { lte: versionId } },
    ],
    should: [
      { key: 'version', range: { lt: versionId } },
      { key: 'chunkIndex', range: { gte: chunks.length } },
      { must_not: [{ key: 'chunker', match: { value: chunkerVersion } }] },
    ],
  };
}
