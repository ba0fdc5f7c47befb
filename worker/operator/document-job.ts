import type { QueueName } from '../../shared/queue-names.ts';
import type { Queues } from '../queue/queues.ts';
import { isJobState } from './jobs.ts';
import { describeJob } from './listing.ts';
import type { ListedDocument } from './listing.ts';

/** The job by which a document moves on. Its fields are JSON output. */
export type DocumentJobStatus = { readonly stage: QueueName } & Pick<
  ListedDocument,
  'state' | 'attempt' | 'dueInSeconds' | 'worker'
>;

/**
 * @returns null when no job of the document waits, is being done or is delayed
 * @throws PulseError whose code begins with REDIS
 */
export async function findDocumentJob(
  queues: Queues,
  documentId: string,
): Promise<DocumentJobStatus | null> {
  const found = await Promise.all(
    (['indexing', 'embedding'] as const).map(async (stage) => {
      const known = await queues.findJob(stage, documentId);
      if (known === undefined || !isJobState(known.state)) return [];
      const { state, attempt, dueInSeconds, worker } = describeJob(known.state, stage, known.job);
      return [{ stage, state, attempt, dueInSeconds, worker }];
    }),
  );
  return found.flat()[0] ?? null;
}
