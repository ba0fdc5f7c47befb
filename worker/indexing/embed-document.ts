import { isCanary } from '../../shared/canary.ts';
import { textToEmbed } from '../chunks/table-header.ts';
import type { Circuits } from '../circuit/circuits.ts';
import type { ChunkedVersion } from '../documents/version.ts';
import type { EmbedderWithFallback } from '../embeddings/embedder-with-fallback.ts';
import { PulseError } from '../errors.ts';
import type { Keywords } from '../keywords/keywords.ts';
import type { Logger } from '../logs.ts';
import { measurePart } from '../measure.ts';
import type { Tally } from '../metrics/tally.ts';
import { documentsEnded } from '../metrics/totals.ts';
import type { Queues } from '../queue/queues.ts';
import { noWork } from '../queue/stage.ts';
import type { StageWork } from '../queue/stage.ts';
import type { Records } from '../records/records.ts';
import type { Removals } from '../records/removals.ts';
import type { Timings } from '../records/timings.ts';
import type { Vectors } from '../vectors/vectors.ts';
import { countSearchable } from './count-searchable.ts';
import { removeVectors } from './remove-document.ts';

export interface EmbedDocumentDependencies {
  readonly records: Records;
  readonly removals: Removals;
  readonly queues: Queues;
  readonly keywords: Keywords;
  readonly embedder: EmbedderWithFallback;
  readonly vectors: Vectors;
  readonly circuits: Circuits;
  readonly tally: Tally;
  readonly log: Logger;
}

/**
 * Chunks whose vectors are in memory at the same time, of one document: 2 MB at 1024 dimensions,
 * and one or two requests to Qdrant.
 */
const batchSize = 256;

/**
 * The second stage: vectors. New points are written before old ones are removed, and Postgres says
 * `indexed` last.
 */
export async function embedDocument(
  dependencies: EmbedDocumentDependencies,
  documentId: string,
): Promise<StageWork> {
  const version = await dependencies.records.latestChunks(documentId);
  if (version === undefined) return { run: () => removeVectors(dependencies, documentId) };
  if (version.state !== 'pending' || version.keywordAt === null) return noWork;
  return { version, run: (signal) => embedVersion(dependencies, version, signal) };
}

async function embedVersion(
  { records, embedder, vectors, queues, circuits, tally, log }: EmbedDocumentDependencies,
  version: ChunkedVersion,
  signal: AbortSignal,
): Promise<void> {
  const { documentId, chunks, page } = version;
  if (chunks.length === 0)
    throw new PulseError('INDEXING_ERROR', 'retryable', 'its chunks are not in Postgres');
  const timings: Timings = {};
  const warnOfShortening = (reason: string): void =>
    log.warn(
      { documentId, url: page.url, reason },
      'TEI left out the ends of chunks that are longer than it takes: ./pulse reindex <url> cuts ' +
        'the document again',
    );
  // Not each time: its success would reset the count of failed writes that opens the circuit.
  const instruction =
    vectors.instruction.known() ?? (await circuits.qdrant.run(() => vectors.documentInstruction()));
  for (let start = 0; start < chunks.length; start += batchSize) {
    const batch = chunks.slice(start, start + batchSize);
    const texts = batch.map(textToEmbed);
    const embedded = await measurePart(timings, 'embed', () =>
      embedder.embedDocuments(texts, signal, instruction, warnOfShortening),
    );
    signal.throwIfAborted();
    // A newer version may be done meanwhile. These points must not overwrite its points.
    if (!(await records.isLatest(version))) return queues.enqueue('indexing', documentId);
    await measurePart(timings, 'upsert', () =>
      circuits.qdrant.run(() =>
        vectors.write({ version, chunks: batch, ...embedded }, { instruction, signal }),
      ),
    );
  }
  const marked = await records.markIndexed(version, timings);
  if (marked !== undefined) {
    countSearchable(tally, 'meaning', page, marked);
    if (!isCanary(page.url)) tally.count(documentsEnded, { outcome: 'indexed', code: '' });
    return;
  }
  if ((await records.latest(documentId)) === undefined) await vectors.remove(documentId);
  else await queues.enqueue('indexing', documentId);
}
