import { Worker } from 'bullmq';
import type { Job } from 'bullmq';

import { queueNames, queuePrefix } from '../../shared/queue-names.ts';
import type { QueueName } from '../../shared/queue-names.ts';
import { Attempt, lockLost } from './attempt.ts';
import type { AttemptContext } from './attempt.ts';
import { openConsumerConnection } from './connection.ts';
import { keptMinutes } from './history.ts';
import type { DocumentJob } from './queues.ts';
import type { Stage } from './stage.ts';

export interface StageSettings {
  readonly redisUrl: string;
  /** Jobs of the stage that this process works on at the same time. */
  readonly batchSize: number;
  readonly workerName: string;
}

/** A consumer of one queue. */
export interface RunningStage {
  readonly name: QueueName;
  readonly worker: Worker<DocumentJob>;
  /** Jobs that it works on now. */
  readonly active: number;
  /** When it last took or ended a job; before its first job, when it was started. */
  readonly lastActivityMs: number;
}

/**
 * The job of a killed worker goes to another one after at most this time and two checks for stalled
 * jobs. The lock is renewed after half of it, so an event loop may be blocked for seconds.
 */
const lockMs = 10_000;
const stalledIntervalMs = 5_000;
/**
 * No limit: a stalled job means that a process died, and `process-lock.ts` finds out because of
 * which document.
 */
const maxStalledCount = 1_000_000;
/** A job whose end could not be written, because Redis was away, is tried again after this time. */
const runRetryMs = 1_000;

/** Starts to work on the jobs of a queue. */
export function startStage(
  name: QueueName,
  stage: Stage,
  settings: StageSettings,
  context: AttemptContext,
): RunningStage {
  const { log } = context;
  const connection = openConsumerConnection(settings.redisUrl, log);
  const running = { name, active: 0, lastActivityMs: Date.now() };
  const run = async (
    job: Job<DocumentJob>,
    token = '',
    cancelled = new AbortController().signal,
  ): Promise<void> => {
    running.active += 1;
    running.lastActivityMs = Date.now();
    try {
      await new Attempt(name, job, token, cancelled, context).make(stage);
    } finally {
      running.active -= 1;
      running.lastActivityMs = Date.now();
    }
  };
  const worker = new Worker<DocumentJob>(
    queueNames[name],
    // BullMQ passes an abort signal only to a function of three parameters.
    (job, token, cancelled) => run(job, token, cancelled),
    {
      connection,
      prefix: queuePrefix,
      name: settings.workerName,
      concurrency: settings.batchSize,
      lockDuration: lockMs,
      stalledInterval: stalledIntervalMs,
      maxStalledCount,
      runRetryDelay: runRetryMs,
      metrics: { maxDataPoints: keptMinutes },
    },
  );
  // Another worker may have a job whose lock this one lost: this one stops working on it.
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) worker.cancelJob(id, lockLost);
  });
  worker.on('stalled', (id) =>
    log.info({ job: id, queue: name }, 'its worker died or was stopped; it is done again'),
  );
  worker.on('error', (error) => log.debug({ err: error, queue: name }, 'queue'));
  worker.on('closed', () => connection.disconnect());
  return Object.assign(running, { worker });
}
