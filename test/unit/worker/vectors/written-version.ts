import { randomUUID } from 'node:crypto';

import type { Point } from '../../../../worker/audit/compare.ts';
import { readPointPages } from '../../../../worker/audit/points.ts';
import type { ChunkedVersion } from '../../../../worker/documents/version.ts';
import type { Vectors } from '../../../../worker/vectors/vectors.ts';

/** A version of a page with so many chunks. */
export function buildVersion(chunks: number, chunkText = 'x'): ChunkedVersion {
  return {
    documentId: randomUUID(),
    versionId: 7,
    page: {
      url: 'https://example.test/a',
      title: 'A',
      language: 'en',
      country: null,
      isMobile: null,
    },
    chunks: Array.from({ length: chunks }, (_, index) => ({
      index,
      text: chunkText,
      headings: [],
    })),
  } as unknown as ChunkedVersion;
}

/** Writes every chunk of a version in one call, as a stage does up to 256. */
export function writeAll(
  vectors: Vectors,
  version: ChunkedVersion,
  signal?: AbortSignal,
): Promise<void> {
  const { chunks } = version;
  const embedded = chunks.map(() => [1, 0, 0, 0]);
  return vectors.write(
    { version, chunks, vectors: embedded, by: 'gpu-host' },
    signal && { signal },
  );
}

/** Reads the collection as the audit does. */
export async function readAllPoints(vectors: Vectors): Promise<Point[]> {
  const found: Point[] = [];
  for await (const page of readPointPages(vectors)) found.push(...page);
  return found;
}
