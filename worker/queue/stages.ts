import { DelayedError, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { Job } from 'bullmq';

import { queueNames, queuePrefix } from '../../shared/queue-names.ts';
import type { QueueName } from '../../shared/queue-names.ts';
import { toPulseError, PulseError } from '../errors.ts';
import type { Logger } from '../logs.ts';
import { openConsumerConnection } from './connection.ts';
import { awayDelayMs, decideOutcome } from './outcome.ts';
import { maxSoloCrashes } from './process-lock.ts';
import type { ProcessLock } from './process-lock.ts';
import type { DocumentJob } from './queues.ts';
import { runWithTimeLimit } from './time-limit.ts';

export interface DocumentVersion {
  readonly documentId: string;
  readonly versionId: number;
}

/**
 * The work of a stage on one document; says which version it has begun, throws what went wrong, and
 * stops when the signal says so.
 */
export type Stage = (
  documentId: string,
  signal: AbortSignal,
  begun: (version: DocumentVersion) => void,
) => Promise<void>;

export interface StageSettings {
  readonly redisUrl: string;
  readonly batchSize: number;
  readonly jobTimeoutMs: number;
  readonly workerName: string;
}

export interface StageContext {
  readonly settings: StageSettings;
  readonly log: Logger;
  /** One a process. */
  readonly processLock: ProcessLock;
  /** Keeps a failure where people look for it. Without a version: of whatever version is the latest. */
  readonly recordFailure: (
    queue: QueueName,
    documentId: string,
    version: DocumentVersion | undefined,
    outcome: 'again' | 'failed',
    failure: PulseError,
  ) => Promise<void>;
  /** Work that does not end when told to: see `time-limit.ts`. */
  readonly onAbandoned: () => void;
}

/** A consumer of one queue. */
export interface RunningStage {
  readonly name: QueueName;
  readonly worker: Worker<DocumentJob>;
  /** Jobs in hand. */
  readonly active: number;
  /** When a job was last taken or ended, or since when there is this stage. */
  readonly lastActivityMs: number;
}

/**
 * A killed worker's job is another's after at most this and two looks for stalled ones; renewed
 * every half of it, so a blocked event loop of seconds is no loss.
 */
const lockMs = 10_000;
const stalledIntervalMs = 5_000;
/** Never: a stall is a process that died, and which document is to blame is found out in `alone.ts`. */
const maxStalledCount = 1_000_000;
/** A job whose end could not be written, because Redis was away, is tried again after this. */
const runRetryMs = 1_000;

export function startStage(name: QueueName, stage: Stage, context: StageContext): RunningStage {
  const { settings, log } = context;
  const connection = openConsumerConnection(settings.redisUrl, log);
  const running = { name, active: 0, lastActivityMs: Date.now() };
  const run = async (
    job: Job<DocumentJob>,
    token: string | undefined,
    cancelled: AbortSignal | undefined,
  ): Promise<void> => {
    running.active += 1;
    running.lastActivityMs = Date.now();
    try {
      await new Attempt(
        name,
        job,
        token ?? '',
        cancelled ?? new AbortController().signal,
        context,
      ).make(stage);
    } finally {
      running.active -= 1;
      running.lastActivityMs = Date.now();
    }
  };
  const worker = new Worker<DocumentJob>(
    queueNames[name],
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
    },
  );
  // Whoever lost a job's lock may be working beside another: it ends, the other goes on.
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

const lockLost = 'the lock was lost';

/** One attempt at one job, and what follows from it. */
class Attempt {
  readonly #name: QueueName;
  readonly #job: Job<DocumentJob>;
  readonly #token: string;
  readonly #cancelled: AbortSignal;
  readonly #context: StageContext;
  #version: DocumentVersion | undefined;

  constructor(
    name: QueueName,
    job: Job<DocumentJob>,
    token: string,
    cancelled: AbortSignal,
    context: StageContext,
  ) {
    this.#name = name;
    this.#job = job;
    this.#token = token;
    this.#cancelled = cancelled;
    this.#context = context;
  }

  async make(stage: Stage): Promise<void> {
    const { processLock, settings, log, onAbandoned } = this.#context;
    const { documentId } = this.#job.data;
    const began = performance.now();
    try {
      const work = (): Promise<void> =>
        runWithTimeLimit(
          (signal) =>
            stage(documentId, signal, (version) => {
              this.#version = version;
            }),
          { limitMs: settings.jobTimeoutMs, cancelled: this.#cancelled, onAbandoned },
        );
      await (this.#job.stalledCounter === 0
        ? processLock.shared(work)
        : processLock.exclusive(() => this.#asSuspect(work)));
      log.debug({ ...this.#names(), milliseconds: Math.round(performance.now() - began) }, 'done');
    } catch (error) {
      throw await this.#settle(error);
    }
  }

  /** What is written before it begins is all that a death leaves. */
  async #asSuspect(work: () => Promise<void>): Promise<void> {
    const { diedAlone = 0, ...data } = this.#job.data;
    if (diedAlone >= maxSoloCrashes) {
      throw new PulseError(
        'INDEXING_POISON',
        'final',
        `its worker died ${diedAlone} times while it worked on nothing else`,
      );
    }
    await this.#job.updateData({ ...data, diedAlone: diedAlone + 1 });
    try {
      await work();
    } finally {
      await this.#job.updateData({ ...data, diedAlone });
    }
  }

  /** @returns what BullMQ is to be told by throwing it */
  async #settle(error: unknown): Promise<Error> {
    if (this.#cancelled.aborted) return this.#giveBack();
    const failure = toPulseError(error);
    const outcome = decideOutcome(failure, this.#job.attemptsMade, this.#job.opts.attempts ?? 1);
    const { log, recordFailure } = this.#context;
    const about = {
      ...this.#names(),
      code: failure.code,
      attempt: this.#job.attemptsMade + 1,
      reason: failure.message,
    };
    if (outcome === 'later') return this.#later(failure, about);
    try {
      await recordFailure(
        this.#name,
        this.#job.data.documentId,
        this.#version,
        outcome === 'fail' ? 'failed' : 'again',
        failure,
      );
    } catch (unrecorded) {
      // A job never ends as failed without its reason in Postgres: it waits for Postgres.
      return this.#later(toPulseError(unrecorded), about);
    }
    if (outcome === 'again') {
      log.info(about, 'a document was not finished; it is tried again');
      return new Error(`${failure.code}: ${failure.message}`, { cause: failure });
    }
    log.warn(
      about,
      'a document failed: ./pulse queue list failed; ./pulse queue retry when the cause is repaired',
    );
    return new UnrecoverableError(`${failure.code}: ${failure.message}`);
  }

  /** A drain out of time, or a lost lock: back to the front of the queue, no attempt used up. */
  async #giveBack(): Promise<Error> {
    this.#context.log.info(
      { ...this.#names(), why: String(this.#cancelled.reason) },
      'given back unfinished',
    );
    if (this.#cancelled.reason === lockLost) return new WaitingError();
    await this.#job.moveToWait(this.#token);
    return new WaitingError();
  }

  async #later(failure: PulseError, about: object): Promise<Error> {
    this.#context.log.info(
      { ...about, code: failure.code },
      'a document waits for a service that is away',
    );
    await this.#job.updateData({
      ...this.#job.data,
      problem: `${failure.code}: ${failure.message}`,
    });
    await this.#job.moveToDelayed(
      Date.now() + awayDelayMs(this.#job.attemptsStarted - this.#job.attemptsMade),
      this.#token,
    );
    return new DelayedError();
  }

  #names(): object {
    const { documentId } = this.#job.data;
    return {
      job: this.#job.id,
      documentId,
      versionId: this.#version?.versionId,
      queue: this.#name,
    };
  }
}
