import { parseDocument } from '../documents/document.ts';
import type { Document } from '../documents/document.ts';
import type { Logger } from '../logs.ts';
import { measurePart } from '../measure.ts';
import type { Place } from '../queue/queues.ts';
import type { EncodedPage } from '../records/encoded-page.ts';
import type { Records } from '../records/records.ts';
import type { Timings } from '../records/timings.ts';
import { placeOf } from './place.ts';

export interface SubmitDependencies {
  readonly records: Records;
  /** `Queues`, or what enqueues later and lets nobody wait. */
  readonly queues: {
    enqueue(name: 'indexing', documentId: string, place: Place): Promise<void>;
  };
  readonly log: Logger;
}

export interface Submitted {
  readonly documentId: string;
  /** `unchanged` when the newest version has the same content and has not failed. */
  readonly outcome: 'accepted' | 'unchanged';
}

/**
 * Stores a page in Postgres and enqueues its document. When Redis does not answer, the sweep
 * enqueues it later: a page that is stored is not lost.
 *
 * @param value a page as it comes in: see `parseDocument`
 * @throws PulseError DOCUMENT_INVALID, or what Postgres answers
 */
export async function submitDocument(
  dependencies: SubmitDependencies,
  value: unknown,
): Promise<Submitted> {
  const timings: Timings = {};
  const page = await measurePart(timings, 'clean', async () => parseDocument(value));
  return submitPage(dependencies, page, timings);
}

/**
 * The second half of {@link submitDocument}, for a page that was checked and cleaned elsewhere.
 *
 * @param timings how long that took
 */
export async function submitPage(
  { records, queues, log }: SubmitDependencies,
  page: Document | EncodedPage,
  timings: Timings,
): Promise<Submitted> {
  const stored = await records.accept(page, timings);
  if (stored.outcome === 'accepted') {
    await queues
      .enqueue('indexing', stored.documentId, placeOf(page))
      .catch((error: unknown) =>
        log.warn({ err: error }, 'stored, and enqueued as soon as Redis answers'),
      );
  }
  return stored;
}
