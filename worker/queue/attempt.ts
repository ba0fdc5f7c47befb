import { DelayedError, UnrecoverableError, WaitingError } from 'bullmq';
import type { Job } from 'bullmq';

import type { QueueName } from '../../shared/queue-names.ts';
import type { DocumentVersion } from '../documents/version.ts';
import { toPulseError, PulseError } from '../errors.ts';
import type { Logger } from '../logs.ts';
import { awayDelayMs, decideOutcome } from './outcome.ts';
import { maxSoloCrashes } from './process-lock.ts';
import type { ProcessLock } from './process-lock.ts';
import type { DocumentJob } from './queues.ts';
import type { Stage } from './stage.ts';
import { runWithTimeLimit } from './time-limit.ts';

export interface AttemptContext {
  readonly jobTimeoutMs: number;
  readonly log: Logger;
  /** One per process. */
  readonly processLock: ProcessLock;
  /**
   * Keeps a failure where people look for it.
   *
   * @param version the version that was worked on; without one, the failure counts against the
   *   latest
   */
  readonly recordFailure: (
    queue: QueueName,
    documentId: string,
    version: DocumentVersion | undefined,
    outcome: 'again' | 'failed',
    failure: PulseError,
  ) => Promise<void>;
  /** Called when work does not end after it was stopped: see `time-limit.ts`. */
  readonly onAbandoned: () => void;
}

/** Why a job is cancelled whose lock another worker may have taken. */
export const lockLost = 'the lock was lost';

/**
 * What waits for Postgres or Redis goes on until it is answered: a statement may take 35 s with its
 * connection, and a command 10 s. Going on does no harm, for every step may be done twice.
 */
const patientGraceMs = 60_000;
/** In a drain the jobs have to be given back before the process is ended. */
const drainGraceMs = 3_000;

/** One attempt at one job, and what follows from it. */
export class Attempt {
  readonly #queue: QueueName;
  readonly #job: Job<DocumentJob>;
  readonly #token: string;
  readonly #cancelled: AbortSignal;
  readonly #context: AttemptContext;

  constructor(
    queue: QueueName,
    job: Job<DocumentJob>,
    token: string,
    cancelled: AbortSignal,
    context: AttemptContext,
  ) {
    this.#queue = queue;
    this.#job = job;
    this.#token = token;
    this.#cancelled = cancelled;
    this.#context = context;
  }

  /** @throws what tells BullMQ where the job goes, when the work did not succeed */
  async make(stage: Stage): Promise<void> {
    const { jobTimeoutMs, log, onAbandoned } = this.#context;
    const startedMs = performance.now();
    let version: DocumentVersion | undefined;
    const work = (): Promise<void> =>
      runWithTimeLimit(
        async (signal) => {
          const found = await stage(this.#job.data.documentId);
          version = found.version;
          await found.run(signal);
        },
        {
          limitMs: jobTimeoutMs,
          cancelled: this.#cancelled,
          graceMs: () => (this.#isDraining ? drainGraceMs : patientGraceMs),
          onAbandoned,
        },
      );
    try {
      await this.#underLock(work);
      const milliseconds = Math.round(performance.now() - startedMs);
      log.debug({ ...this.#describe(version), milliseconds }, 'done');
    } catch (error) {
      throw await this.#settle(error, version);
    }
  }

  get #isDraining(): boolean {
    return this.#cancelled.aborted && this.#cancelled.reason !== lockLost;
  }

  /** A job that was active when its worker died runs with nothing else in its process. */
  #underLock(work: () => Promise<void>): Promise<void> {
    const { processLock } = this.#context;
    return this.#job.stalledCounter === 0
      ? processLock.shared(work)
      : processLock.exclusive(() => this.#countingCrashes(work));
  }

  /** The crash is counted before the work begins, because a process that dies writes nothing. */
  async #countingCrashes(work: () => Promise<void>): Promise<void> {
    const { diedAlone: soloCrashes = 0, ...data } = this.#job.data;
    if (soloCrashes >= maxSoloCrashes) {
      throw new PulseError(
        'INDEXING_POISON',
        'final',
        `its worker died ${soloCrashes} times while it worked on nothing else`,
      );
    }
    await this.#job.updateData({ ...data, diedAlone: soloCrashes + 1 });
    try {
      await work();
    } finally {
      await this.#job.updateData({ ...data, diedAlone: soloCrashes });
    }
  }

  /**
   * Decides what follows from an error, and records it.
   *
   * @returns what has to be thrown to BullMQ
   */
  async #settle(error: unknown, version: DocumentVersion | undefined): Promise<Error> {
    if (this.#cancelled.aborted) return this.#giveBack(version);
    const failure = toPulseError(error);
    const outcome = decideOutcome(failure, this.#job.attemptsMade, this.#job.opts.attempts ?? 1);
    const { log, recordFailure } = this.#context;
    const about = {
      ...this.#describe(version),
      code: failure.code,
      attempt: this.#job.attemptsMade + 1,
      reason: failure.message,
    };
    if (outcome === 'later') return this.#delay(failure, about);
    const { documentId } = this.#job.data;
    const recorded = outcome === 'fail' ? 'failed' : 'again';
    try {
      await recordFailure(this.#queue, documentId, version, recorded, failure);
    } catch (unrecorded) {
      // A job never ends as failed without its reason in Postgres: it waits for Postgres.
      return this.#delay(toPulseError(unrecorded), about);
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

  /**
   * After a drain that took too long, the job goes to the front of the queue. After a lost lock it
   * is another worker's already. Neither uses up an attempt.
   */
  async #giveBack(version: DocumentVersion | undefined): Promise<Error> {
    const why = String(this.#cancelled.reason);
    this.#context.log.info({ ...this.#describe(version), why }, 'given back unfinished');
    if (this.#cancelled.reason !== lockLost) await this.#job.moveToWait(this.#token);
    return new WaitingError();
  }

  /** The job waits for a service that is away. No attempt is used up. */
  async #delay(failure: PulseError, about: object): Promise<Error> {
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

  #describe(version: DocumentVersion | undefined): object {
    const { documentId } = this.#job.data;
    return { job: this.#job.id, documentId, versionId: version?.versionId, queue: this.#queue };
  }
}
