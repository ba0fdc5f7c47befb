import type { Job } from 'bullmq';
import type { Pool } from 'pg';

import type { QueueName } from '../../shared/queue-names.ts';
import { maxAttempts } from '../queue/queues.ts';
import type { DocumentJob, Queues } from '../queue/queues.ts';
import { listEnded } from '../records/failures.ts';
import type { Records } from '../records/records.ts';
import { countWithoutJob } from './counts.ts';
import { jobStates, readJobs } from './jobs.ts';
import type { JobState } from './jobs.ts';

export const listStates = [...jobStates, 'failed', 'cancelled'] as const;
export type ListState = (typeof listStates)[number];

export interface ListingDependencies {
  readonly pool: Pool;
  readonly queues: Queues;
  readonly records: Records;
}

/** A document that is not done. Its fields are JSON output. */
export interface ListedDocument {
  readonly state: ListState;
  readonly queue: QueueName;
  readonly url: string;
  readonly documentId: string;
  /** Since it was taken by a worker (active), came into the queue, or ended. */
  readonly ageSeconds: number;
  /** As `2 of 5`. */
  readonly attempt: string | null;
  readonly dueInSeconds: number | null;
  readonly worker: string | null;
  readonly code: string | null;
  readonly reason: string | null;
}

/** Documents of a stage that a list counts and does not name. Its fields are JSON output. */
export interface UnlistedDocuments {
  readonly state: 'waiting';
  readonly queue: QueueName;
  /** They wait there until the queue has room. */
  readonly onlyInPostgres: number;
}

type WithoutUrl = Omit<ListedDocument, 'url'>;

/** Which documents a list has. */
export interface ListFilter {
  readonly states: readonly ListState[];
  /** With which they failed last; delayed ones are looked for among the first of their queue. */
  readonly code?: string | undefined;
}

/** Jobs of a state and queue that are read to find those with a code. */
const maxRead = 1_000;

/**
 * Lists jobs from Redis, and failed and cancelled documents from Postgres. Of documents that wait
 * without a job there may be any number: they are counted.
 *
 * @param limit of documents, of each state and queue
 */
export async function listAll(
  dependencies: ListingDependencies,
  filter: ListFilter,
  limit: number,
): Promise<(ListedDocument | UnlistedDocuments)[]> {
  const listed = await listJobs(dependencies, filter, limit);
  if (!filter.states.includes('waiting')) return listed;
  const counted = Object.entries(await countWithoutJob(dependencies)).map(
    ([queue, onlyInPostgres]): UnlistedDocuments => ({
      state: 'waiting',
      queue: queue as QueueName,
      onlyInPostgres,
    }),
  );
  return [...listed, ...counted.filter(({ onlyInPostgres }) => onlyInPostgres > 0)];
}

/**
 * Lists jobs from Redis, and failed and cancelled documents from Postgres.
 *
 * @param limit of documents, of each state and queue
 */
export async function listJobs(
  { pool, queues, records }: ListingDependencies,
  { states, code }: ListFilter,
  limit: number,
): Promise<ListedDocument[]> {
  const jobs = await Promise.all(
    (['indexing', 'embedding'] as const).flatMap((queue) =>
      jobStates
        .filter((state) => states.includes(state))
        .map(async (state) => {
          const read = await readJobs(queues, queue, state, code === undefined ? limit : maxRead);
          const described = read.map((job) => describeJob(state, queue, job));
          return described.filter((job) => code === undefined || job.code === code).slice(0, limit);
        }),
    ),
  );
  const ended = await Promise.all(
    (['failed', 'cancelled'] as const)
      .filter((state) => states.includes(state))
      .map((state) => describeEnded(pool, state, code, limit)),
  );
  const rows = [...jobs.flat(), ...ended.flat()];
  const urls = await records.urlsOf(rows.map(({ documentId }) => documentId));
  return rows.map(({ state, queue, ...row }) => ({
    state,
    queue,
    url: urls.get(row.documentId) ?? `${row.documentId} (deleted)`,
    ...row,
  }));
}

/** @returns a job as people are shown it */
export function describeJob(state: JobState, queue: QueueName, job: Job<DocumentJob>): WithoutUrl {
  const nowMs = Date.now();
  const inSeconds = (ms: number): number => Math.max(0, Math.round(ms / 1_000));
  return {
    state,
    queue,
    documentId: job.data.documentId,
    ageSeconds: inSeconds(
      nowMs - ((state === 'active' ? job.processedOn : job.timestamp) ?? nowMs),
    ),
    attempt: `${job.attemptsMade + 1} of ${job.opts.attempts ?? maxAttempts}`,
    dueInSeconds: state === 'delayed' ? inSeconds(dueMs(job) - nowMs) : null,
    worker: state === 'active' ? (job.processedBy ?? null) : null,
    ...parseProblem(job),
  };
}

/** A job's delay counts from when it was taken; from when it was added, if it never was. */
function dueMs({ processedOn, timestamp, delay }: Job): number {
  return (processedOn ?? timestamp) + delay;
}

/** A delayed job keeps its reason as `CODE: reason`, in its data or as BullMQ's failed reason. */
function parseProblem({ data, failedReason }: Job<DocumentJob>): {
  code: string | null;
  reason: string | null;
} {
  const problem = /^([A-Z]+(?:_[A-Z]+)+): ([^]*)$/.exec(data.problem ?? failedReason ?? '');
  const [, code = null, reason = null] = problem ?? [];
  return { code, reason };
}

async function describeEnded(
  pool: Pool,
  state: 'failed' | 'cancelled',
  wanted: string | undefined,
  limit: number,
): Promise<WithoutUrl[]> {
  const ended = await listEnded(pool, state, limit, wanted);
  return ended.map(({ documentId, queue, code, reason, at }) => ({
    state,
    queue,
    documentId,
    ageSeconds: Math.round((Date.now() - at.getTime()) / 1_000),
    attempt: null,
    dueInSeconds: null,
    worker: null,
    code,
    reason,
  }));
}
