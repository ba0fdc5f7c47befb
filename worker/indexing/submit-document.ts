import { parseDocument } from '../documents/document.ts';
import type { Logger } from '../logs.ts';
import type { Queues } from '../queue/queues.ts';
import type { Records } from '../records/records.ts';
import { measureStep } from '../records/timings.ts';
import type { Timings } from '../records/timings.ts';

export interface SubmitDependencies {
  readonly records: Records;
  readonly queues: Queues;
  readonly log: Logger;
}

/**
 * Stores a page in Postgres and enqueues its document. When Redis does not answer, the sweep
 * enqueues it later: a page that is stored is not lost.
 *
 * @param value a page as it comes in: see `parseDocument`
 * @returns `unchanged` when the newest version has the same content and has not failed
 * @throws PulseError DOCUMENT_INVALID, or what Postgres answers
 */
export async function submitDocument(
  { records, queues, log }: SubmitDependencies,
  value: unknown,
): Promise<{ documentId: string; outcome: 'accepted' | 'unchanged' }> {
  const timings: Timings = {};
  const page = await measureStep(timings, 'clean', async () => parseDocument(value));
  const stored = await records.accept(page, timings);
  if (stored.outcome === 'accepted') {
    await queues
      .enqueue('indexing', stored.documentId)
      .catch((error: unknown) =>
        log.warn({ err: error }, 'stored, and enqueued as soon as Redis answers'),
      );
  }
  return stored;
}
