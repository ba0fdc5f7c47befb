import { PulseError } from '../errors.ts';
import type { DocumentVersion } from '../queue/stages.ts';
import { measureStep } from '../records/timings.ts';
import type { Timings } from '../records/timings.ts';
import type { Services } from '../services.ts';
import { removeVectors, removeKeywords } from './remove-document.ts';

/**
 * First stage: chunks and keywords, all of it on this host, so that a document can be found at once
 * while the GPU host is away. Every step may be repeated; an older version ends early and never
 * overwrites a newer one.
 */
export async function indexDocument(
  services: Services,
  documentId: string,
  signal: AbortSignal,
  begun: (version: DocumentVersion) => void,
): Promise<void> {
  const { records, chunker, keywords, queues } = services;
  const version = await records.latest(documentId);
  if (version === undefined) return removeKeywords(services, documentId);
  if (version.state !== 'pending') return;
  begun(version);
  if (version.keywordAt === null) {
    const { page, versionId } = version;
    const timings: Timings = {};
    const chunks = await measureStep(timings, 'chunk', () => chunker.chunk(page.text, signal));
    signal.throwIfAborted();
    await measureStep(timings, 'keyword', () =>
      keywords.replace(
        [
          {
            ...page,
            id: documentId,
            version: versionId,
            domain: new URL(page.url).hostname,
            chunks,
          },
        ],
        signal,
      ),
    );
    if (!(await records.storeChunks(version, chunks, timings)))
      return withdraw(services, documentId);
  }
  await queues.enqueue('embedding', documentId);
}

/**
 * A document that was removed while its words were written must not come back by them; a newer
 * version writes its own.
 */
async function withdraw({ records, keywords }: Services, documentId: string): Promise<void> {
  if ((await records.latest(documentId)) === undefined) await keywords.remove(documentId);
}

/**
 * Vectors held in memory for one document: 2 MB at 1024 dimensions, and a whole request to Qdrant
 * or two.
 */
const chunksAtATime = 256;

/**
 * Second stage: vectors. New points are written before old ones go, and Postgres says `indexed`
 * last.
 */
export async function embedDocument(
  services: Services,
  documentId: string,
  signal: AbortSignal,
  begun: (version: DocumentVersion) => void,
): Promise<void> {
  const { records, embedder, vectors, queues, circuits } = services;
  const version = await records.latestChunks(documentId);
  if (version === undefined) return removeVectors(services, documentId);
  if (version.state !== 'pending' || version.keywordAt === null) return;
  begun(version);
  const { chunks } = version;
  if (chunks.length === 0)
    throw new PulseError('INDEXING_ERROR', 'retryable', 'its chunks are not in Postgres');
  const timings: Timings = {};
  for (let start = 0; start < chunks.length; start += chunksAtATime) {
    const part = chunks.slice(start, start + chunksAtATime);
    const { vectors: embedded, by } = await measureStep(timings, 'embed', () =>
      embedder.embedDocuments(
        part.map(({ text }) => text),
        signal,
      ),
    );
    signal.throwIfAborted();
    // Another version may have come in meanwhile, and be done: its points must not be overwritten with these.
    if (!(await records.isLatest(version))) return queues.enqueue('indexing', documentId);
    await measureStep(timings, 'upsert', () =>
      circuits.qdrant.run(() => vectors.write(version, part, embedded, by)),
    );
  }
  if (await records.markIndexed(version, timings)) return;
  if ((await records.latest(documentId)) === undefined) await vectors.remove(documentId);
  else await queues.enqueue('indexing', documentId);
}
