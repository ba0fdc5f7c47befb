import { DelayedError, UnrecoverableError, Worker } from 'bullmq';
import type { Job } from 'bullmq';
import { Redis } from 'ioredis';

import { queueNames, queuePrefix } from '../../healthchecks/names.ts';
import type { QueueName } from '../../healthchecks/names.ts';
import { PulseError, reasonOf } from '../errors.ts';
import type { Logger } from '../logs.ts';
import type { DocumentJob } from './queues.ts';

/** The work of a stage on one document; throws what went wrong, and stops when the signal says so. */
export type Stage = (documentId: string, signal: AbortSignal) => Promise<void>;

export interface StageSettings { readonly redisUrl: string; readonly batchSize: number; readonly jobTimeoutMs: number }

/** Where a document's failure is kept for people. */
export type OnFailed = (documentId: string, code: string, reason: string) => Promise<void>;

/** How long a job waits for a service that is away: soon enough to go on by itself within seconds of its return. */
export function awayDelayMs(starts: number): number {
  return Math.min(10_000, 1_000 * 2 ** Math.min(starts, 10));
}

/**
 * What follows from an error:
 *   away       -> later, no attempt used up       (a service cannot be reached)
 *   final      -> failed at once                   (trying again cannot help)
 *   otherwise  -> again with back-off; failed after the last attempt
 */
export function outcomeOf(error: unknown, attemptsMade: number, attempts: number): 'later' | 'fail' | 'again' {
  if (error instanceof PulseError && error.kind === 'away') return 'later';
  if (error instanceof PulseError && error.kind === 'final') return 'fail';
  return attemptsMade + 1 >= attempts ? 'fail' : 'again';
}

/** A consumer of one queue. Its connection never gives up: a worker outlives its Redis. */
export function startStage(name: QueueName, stage: Stage, onFailed: OnFailed, settings: StageSettings, log: Logger): Worker<DocumentJob> {
  const connection = new Redis(settings.redisUrl, { maxRetriesPerRequest: null });
  connection.on('error', (error) => log.warn({ err: error }, 'Redis connection'));

  const run = async (job: Job<DocumentJob>, token?: string, cancelled?: AbortSignal): Promise<void> => {
    const { documentId } = job.data;
    const timeout = AbortSignal.timeout(settings.jobTimeoutMs);
    try {
      await stage(documentId, cancelled === undefined ? timeout : AbortSignal.any([timeout, cancelled]));
    } catch (error) {
      if (cancelled?.aborted) {
        // A drain that ran out of time: back into the queue, no attempt used up.
        await job.moveToDelayed(Date.now(), token);
        throw new DelayedError();
      }
      const code = error instanceof PulseError ? error.code : 'INDEXING_ERROR';
      const outcome = outcomeOf(error, job.attemptsMade, job.opts.attempts ?? 1);
      log.warn({ job: job.id, documentId, queue: name, code, outcome, reason: reasonOf(error) }, 'a document was not finished');
      if (outcome === 'later') {
        await job.moveToDelayed(Date.now() + awayDelayMs(job.attemptsStarted - job.attemptsMade), token);
        throw new DelayedError();
      }
      if (outcome === 'fail') {
        await onFailed(documentId, code, reasonOf(error));
        throw new UnrecoverableError(`${code}: ${reasonOf(error)}`);
      }
      throw error;
    }
  };
  const worker = new Worker<DocumentJob>(queueNames[name], run, {
    connection,
    prefix: queuePrefix,
    concurrency: settings.batchSize,
    // A killed worker's job is another's after at most two of these; renewed every 5 s, so a blocked event loop of seconds is no loss.
    lockDuration: 10_000,
    stalledInterval: 5_000,
    // A stall is a process that died: the document is not to blame until it has killed several.
    maxStalledCount: 5,
  });
  worker.on('error', (error) => log.warn({ err: error, queue: name }, 'worker'));
  worker.on('closed', () => connection.disconnect());
  return worker;
}
