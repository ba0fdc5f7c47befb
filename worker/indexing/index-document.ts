import type { Chunker } from '../chunks/chunker.ts';
import type { Version } from '../documents/version.ts';
import { buildKeywordPage } from '../keywords/keyword-page.ts';
import type { Keywords } from '../keywords/keywords.ts';
import { measurePart } from '../measure.ts';
import type { Tally } from '../metrics/tally.ts';
import type { Queues } from '../queue/queues.ts';
import { noWork } from '../queue/stage.ts';
import type { StageWork } from '../queue/stage.ts';
import type { Records } from '../records/records.ts';
import type { Removals } from '../records/removals.ts';
import type { Timings } from '../records/timings.ts';
import { countSearchable } from './count-searchable.ts';
import { placeOf } from './place.ts';
import { removeKeywords } from './remove-document.ts';

export interface IndexDocumentDependencies {
  readonly records: Records;
  readonly removals: Removals;
  readonly queues: Queues;
  readonly chunker: Chunker;
  readonly keywords: Keywords;
  readonly tally: Tally;
}

/**
 * The first stage: chunks and keywords. It needs nothing but this host, so a document can be found
 * at once, also while the GPU host is away. Every step may be repeated. An older version ends early
 * and never overwrites a newer one.
 */
export async function indexDocument(
  dependencies: IndexDocumentDependencies,
  documentId: string,
): Promise<StageWork> {
  const version = await dependencies.records.latest(documentId);
  if (version === undefined) return { run: () => removeKeywords(dependencies, documentId) };
  if (version.state !== 'pending') return noWork;
  return { version, run: (signal) => indexVersion(dependencies, version, signal) };
}

async function indexVersion(
  { records, chunker, keywords, queues, tally }: IndexDocumentDependencies,
  version: Version,
  signal: AbortSignal,
): Promise<void> {
  const { documentId, page } = version;
  if (version.keywordAt === null) {
    const timings: Timings = {};
    const chunks = await measurePart(timings, 'chunk', () => chunker.chunk(page.text, signal));
    signal.throwIfAborted();
    await measurePart(timings, 'keyword', () =>
      keywords.replace([buildKeywordPage({ ...version, chunks })], signal),
    );
    const stored = await records.storeChunks(version, chunks, timings);
    if (stored === undefined) {
      // The keywords of a deleted document must not stay. A newer version writes its own.
      if ((await records.latest(documentId)) === undefined) await keywords.remove(documentId);
      return;
    }
    countSearchable(tally, 'keyword', page, stored);
  }
  await queues.enqueue('embedding', documentId, placeOf(version.page));
}
