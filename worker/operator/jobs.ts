import type { Job } from 'bullmq';

import type { QueueName } from '../../shared/queue-names.ts';
import { withRedisErrors } from '../queue/faults.ts';
import type { DocumentJob, Queues } from '../queue/queues.ts';

export const jobStates = ['active', 'waiting', 'delayed'] as const;
export type JobState = (typeof jobStates)[number];

/** @param state as BullMQ calls it */
export function isJobState(state: string): state is JobState {
  return (jobStates as readonly string[]).includes(state);
}

/**
 * @returns at most `limit` jobs of a queue in this state, oldest first
 * @throws PulseError whose code begins with REDIS
 */
export async function readJobs(
  queues: Queues,
  queue: QueueName,
  state: JobState,
  limit: number,
): Promise<Job<DocumentJob>[]> {
  const ofBullMq = state === 'waiting' ? 'wait' : state;
  const jobs = await withRedisErrors(() =>
    queues.queue(queue).getJobs(ofBullMq, 0, limit - 1, true),
  );
  // A job may end after its id was read and before its content is.
  return jobs.filter((job) => job !== undefined);
}
