import type { Queues } from '../queue/queues.ts';
import type { Records } from '../records/records.ts';
import { jobStates, readJobs } from './jobs.ts';

export interface SuspectDependencies {
  readonly queues: Queues;
  readonly records: Records;
}

/** A document that may have killed its worker. */
export interface Suspect {
  /** Its id, when it has been deleted. */
  readonly url: string;
  readonly deaths: number;
}

/**
 * Documents whose worker died while it worked on them: they are tried again with nothing else in
 * their process.
 *
 * @param limit of jobs that are read, of each state and queue
 */
export async function listSuspects(
  { queues, records }: SuspectDependencies,
  limit: number,
): Promise<Suspect[]> {
  const jobs = await Promise.all(
    (['indexing', 'embedding'] as const).flatMap((queue) =>
      jobStates.map((state) => readJobs(queues, queue, state, limit)),
    ),
  );
  const stalled = jobs.flat().filter(({ stalledCounter }) => stalledCounter > 0);
  const urls = await records.urlsOf(stalled.map(({ data }) => data.documentId));
  return stalled.map(({ data, stalledCounter }) => ({
    url: urls.get(data.documentId) ?? data.documentId,
    deaths: stalledCounter,
  }));
}
