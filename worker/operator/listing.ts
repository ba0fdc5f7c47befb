import type { Job } from 'bullmq';

import type { QueueName } from '../../shared/queue-names.ts';
import { maxAttempts } from '../queue/queues.ts';
import type { DocumentJob } from '../queue/queues.ts';
import type { Services } from '../services.ts';

export const jobStates = ['active', 'waiting', 'delayed'] as const;
export const listStates = [...jobStates, 'failed', 'cancelled'] as const;
export type ListState = (typeof listStates)[number];

/** A document that is not done, wherever it is. */
export interface ListedDocument {
  readonly state: ListState;
  readonly queue: QueueName;
  readonly url: string;
  readonly documentId: string;
  /** In this state: working, in the queue, failed. */
  readonly ageSeconds: number;
  /** As `2 of 5`. */
  readonly attempt: string | null;
  readonly dueInSeconds: number | null;
  readonly worker: string | null;
  readonly code: string | null;
  readonly reason: string | null;
}

/** Jobs as Redis has them, ends as Postgres has them; at most `limit` of each state and queue. */
export async function listJobs(
  services: Services,
  states: readonly ListState[],
  limit: number,
): Promise<ListedDocument[]> {
  const jobs = await Promise.all(
    (['indexing', 'embedding'] as const).flatMap((queue) =>
      jobStates
        .filter((state) => states.includes(state))
        .map(async (state) => jobRows(state, queue, await jobsIn(services, queue, state, limit))),
    ),
  );
  const ends = await Promise.all(
    (['failed', 'cancelled'] as const)
      .filter((state) => states.includes(state))
      .map((state) => endRows(services, state, limit)),
  );
  const rows = [...jobs.flat(), ...ends.flat()];
  const urls = await services.records.urlsOf(rows.map(({ documentId }) => documentId));
  return rows.map((row) => ({
    ...row,
    url: urls.get(row.documentId) ?? `${row.documentId} (deleted)`,
  }));
}

async function jobsIn(
  { queues }: Services,
  queue: QueueName,
  state: (typeof jobStates)[number],
  limit: number,
): Promise<Job<DocumentJob>[]> {
  const jobs = await queues
    .queue(queue)
    .getJobs(state === 'waiting' ? 'wait' : state, 0, limit - 1, true);
  return jobs.filter((job) => job !== undefined); // one that ended between the list and its content
}

function jobRows(
  state: ListState,
  queue: QueueName,
  jobs: readonly Job<DocumentJob>[],
): ListedDocument[] {
  const nowMs = Date.now();
  const seconds = (fromMs: number | undefined): number =>
    Math.max(0, Math.round((nowMs - (fromMs ?? nowMs)) / 1_000));
  return jobs.map((job) => ({
    state,
    queue,
    url: '',
    documentId: job.data.documentId,
    ageSeconds: seconds(state === 'active' ? job.processedOn : job.timestamp),
    attempt: `${job.attemptsMade + 1} of ${job.opts.attempts ?? maxAttempts}`,
    dueInSeconds:
      state === 'delayed' ? Math.max(0, Math.round((dueMs(job) - nowMs) / 1_000)) : null,
    worker: state === 'active' ? (job.processedBy ?? null) : null,
    ...problemOf(job),
  }));
}

/** A delayed job's delay counts from when it was put back, which is after it was begun. */
function dueMs({ processedOn, timestamp, delay }: Job): number {
  return (processedOn ?? timestamp) + delay;
}

/** Both kinds of delay keep their reason as `CODE: reason`. */
function problemOf({ data, failedReason }: Job<DocumentJob>): {
  code: string | null;
  reason: string | null;
} {
  const [, code = null, reason = null] =
    /^([A-Z]+(?:_[A-Z]+)+): ([^]*)$/.exec(data.problem ?? failedReason ?? '') ?? [];
  return { code, reason };
}

async function endRows(
  { records }: Services,
  state: 'failed' | 'cancelled',
  limit: number,
): Promise<ListedDocument[]> {
  const rows = await records.ended(state, limit);
  return rows.map(({ at, ...row }) => ({
    state,
    ...row,
    ageSeconds: Math.round((Date.now() - at.getTime()) / 1_000),
    attempt: null,
    dueInSeconds: null,
    worker: null,
  }));
}

/** Documents whose worker died while it worked on them, and which are begun again alone. */
export async function listSuspects(
  services: Services,
  limit: number,
): Promise<{ url: string; deaths: number }[]> {
  const jobs = (
    await Promise.all(
      (['indexing', 'embedding'] as const).flatMap((queue) =>
        jobStates.map((state) => jobsIn(services, queue, state, limit)),
      ),
    )
  ).flat();
  const guilty = jobs.filter(({ stalledCounter }) => stalledCounter > 0);
  const urls = await services.records.urlsOf(guilty.map(({ data }) => data.documentId));
  return guilty.map(({ data, stalledCounter }) => ({
    url: urls.get(data.documentId) ?? data.documentId,
    deaths: stalledCounter,
  }));
}
