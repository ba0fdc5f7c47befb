import { ConsecutiveBreaker } from 'cockatiel';
import type { Redis } from 'ioredis';

import type { Code } from '../../shared/codes.ts';
import { PulseError, describeError } from '../errors.ts';
import type { Logger } from '../logs.ts';
import { openForMs, SharedRecord } from './shared-record.ts';
import type { OpenRecord } from './shared-record.ts';

export type CircuitState =
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'open' | 'half-open';
      readonly since: Date;
      readonly code: Code;
      readonly reason: string;
    };

/**
 * Failures in a row that open it. One that took long, or that no repetition mends, opens it by
 * itself.
 */
const failureThreshold = 3;
const immediateCodes: ReadonlySet<Code> = new Set<Code>([
  'TEI_TIMEOUT',
  'TEI_MODEL',
  'QDRANT_TIMEOUT',
  'QDRANT_MODEL',
  'QDRANT_DIMENSION',
  'QDRANT_DISTANCE',
]);
/**
 * How old the last look at the shared state may be; also the time in which every replica learns of
 * a change.
 */
const lookEveryMs = 1_000;
const firstProbeDelayMs = 1_000;
/** A service that is back is noticed within this time. */
const maxProbeDelayMs = 10_000;
const probeLimitMs = 20_000;

/** Something that can keep work waiting. */
export interface Availability {
  /** Whether this process may go on, by what it knows. */
  readonly allowsCalls: boolean;
  /** Calls at each change, until stopped. */
  watch(onChange: () => void): () => void;
}

export interface CircuitOptions {
  readonly name: string;
  readonly redis: Redis;
  /** This process among the replicas. */
  readonly replica: string;
  /** Asks the service whether it does what is wanted of it. @throws PulseError when it does not */
  readonly probe: () => Promise<void>;
  readonly log: Logger;
}

/**
 * A circuit breaker that all replicas share through Redis, around one service that may be away for
 * hours. closed calls go through; failures in a row open it open calls fail at once; one replica,
 * by a lease, probes ever more rarely half-open the probe was good: that replica alone calls, and
 * its first call closes the circuit or opens it again Only a PulseError of kind `away` is a failure
 * of the service. Without Redis a process goes by what it saw last.
 */
export class Circuit implements Availability {
  readonly #options: CircuitOptions;
  readonly #shared: SharedRecord;
  readonly #breaker = new ConsecutiveBreaker(failureThreshold);
  readonly #listeners = new Set<() => void>();
  #seen: OpenRecord | undefined;
  #lookedAtMs = -Infinity;
  /** When Redis answered last, or this process opened the circuit without it. */
  #knownAtMs = -Infinity;
  /**
   * Writes to Redis go one after the other, and a look waits for them: it must not see what is
   * about to be overwritten.
   */
  #writes: Promise<void> = Promise.resolve();

  constructor(options: CircuitOptions) {
    this.#options = options;
    this.#shared = new SharedRecord(options.redis, options.name);
  }

  /** As the replicas share it now; as this process saw it last when Redis does not answer. */
  async state(): Promise<CircuitState> {
    await this.#look();
    const seen = this.#seen;
    return seen === undefined
      ? { kind: 'closed' }
      : { kind: seen.kind, since: new Date(seen.since), code: seen.code, reason: seen.reason };
  }

  /** Whether this process may call, by its last look. */
  get allowsCalls(): boolean {
    return (
      this.#seen === undefined ||
      (this.#seen.kind === 'half-open' && this.#seen.trialBy === this.#options.replica)
    );
  }

  /**
   * Calls when the circuit allows it. @throws PulseError of kind `away`, with the code of what
   * opened it, when it does not
   */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (performance.now() - this.#lookedAtMs > lookEveryMs) await this.#look();
    if (!this.allowsCalls) {
      const { code, reason } = this.#seen as OpenRecord;
      throw new PulseError(code, 'away', reason);
    }
    const trial = this.#seen?.kind === 'half-open';
    try {
      const answer = await call();
      this.#breaker.success();
      if (trial && this.#seen?.kind === 'half-open') this.#close();
      return answer;
    } catch (error) {
      if (error instanceof PulseError && error.kind === 'away') this.#failed(error, trial);
      throw error;
    }
  }

  /** What was learned of the service without a call through `run`. */
  report(error: PulseError): void {
    this.#failed(error, false);
  }

  /** Looks, tells the listener of changes, and probes when it is this replica's turn; until stopped. */
  watch(onChange: () => void): () => void {
    this.#listeners.add(onChange);
    let busy = false;
    const timer = setInterval(() => {
      if (busy) return;
      busy = true;
      void this.#look()
        .then(() => this.#probeInTurn())
        .finally(() => {
          busy = false;
        });
    }, lookEveryMs);
    return () => {
      clearInterval(timer);
      this.#listeners.delete(onChange);
    };
  }

  async #look(): Promise<void> {
    await this.#writes;
    try {
      this.#see(await this.#shared.read());
      this.#knownAtMs = performance.now();
    } catch (error) {
      if (performance.now() - this.#knownAtMs > openForMs) this.#see(undefined); // as it would have expired in Redis
      this.#options.log.debug(
        { err: error, circuit: this.#options.name },
        'the shared state of the circuit cannot be read',
      );
    }
    this.#lookedAtMs = performance.now();
  }

  /** In the trial only its own calls count: one that began before the outage may fail much later. */
  #failed(error: PulseError, trial: boolean): void {
    const opens = immediateCodes.has(error.code) || this.#breaker.failure();
    const before = this.#seen;
    if (before === undefined ? !opens : before.kind === 'open' || !trial) return;
    const record: OpenRecord = {
      kind: 'open',
      since: before?.since ?? Date.now(),
      code: error.code,
      reason: describeError(error),
      failures: (before?.failures ?? 0) + 1,
    };
    this.#see(record);
    this.#knownAtMs = performance.now();
    this.#write(async () => {
      await this.#shared.write(record, { first: before === undefined });
      await this.#shared.restProbe(restMs(record.failures));
    });
  }

  #close(): void {
    this.#see(undefined);
    this.#write(() => this.#shared.clear());
  }

  async #probeInTurn(): Promise<void> {
    const { replica, probe, log, name } = this.#options;
    const open = this.#seen;
    if (open?.kind !== 'open') return;
    try {
      if (!(await this.#shared.leaseProbe(replica, probeLimitMs))) return;
      const failure = await probe().then(
        () => undefined,
        (error: unknown) => error,
      );
      if (failure === undefined) {
        const trial: OpenRecord = { ...open, kind: 'half-open', trialBy: replica };
        this.#breaker.success();
        this.#see(trial);
        await this.#shared.write(trial);
        return;
      }
      const found =
        failure instanceof PulseError ? { code: failure.code, reason: describeError(failure) } : {};
      const still: OpenRecord = { ...open, ...found, failures: open.failures + 1 };
      this.#see(still);
      await this.#shared.write(still);
      await this.#shared.restProbe(restMs(still.failures));
    } catch (error) {
      log.debug(
        { err: error, circuit: name },
        'the circuit was not probed; the next look tries again',
      );
    }
  }

  #see(record: OpenRecord | undefined): void {
    const before = this.#seen;
    this.#seen = record;
    if (before?.kind === record?.kind && before?.trialBy === record?.trialBy) return;
    const { log, name } = this.#options;
    if (record === undefined) log.info({ circuit: name }, 'the circuit is closed: work goes on');
    else if (before === undefined)
      log.warn(
        { circuit: name, code: record.code, reason: record.reason },
        'the circuit is open: work waits for the service, and goes on by itself',
      );
    for (const listener of this.#listeners) listener();
  }

  #write(work: () => Promise<void>): void {
    this.#writes = this.#writes
      .then(work)
      .catch((error: unknown) =>
        this.#options.log.debug(
          { err: error, circuit: this.#options.name },
          'the shared state of the circuit cannot be written',
        ),
      );
  }
}

/** Doubling, with jitter so that circuits that opened together do not probe together. */
function restMs(failures: number): number {
  return Math.round(
    Math.min(maxProbeDelayMs, firstProbeDelayMs * 2 ** (failures - 1)) * (0.75 + Math.random() / 4),
  );
}
