import { ConsecutiveBreaker } from 'cockatiel';
import type { Redis } from 'ioredis';

import { PulseError, describeError } from '../errors.ts';
import type { Logger } from '../logs.ts';
import {
  allowsCallsOf,
  computeProbeDelayMs,
  describeState,
  failureThreshold,
  immediateCodes,
  recordFailedProbe,
  recordFailure,
  startTrial,
} from './state.ts';
import type { CircuitState, OpenRecord } from './state.ts';
import { CircuitStore, openForMs } from './store.ts';

/**
 * How old this process's copy of the shared state may be. Every replica learns of a change within
 * this time.
 */
const refreshEveryMs = 1_000;
const probeLimitMs = 20_000;

/** Something that can keep work waiting. */
export interface Availability {
  /** Whether this process may call now, by what it knows. */
  readonly allowsCalls: boolean;
  /**
   * Calls `onChange` at each change.
   *
   * @returns a function that stops it
   */
  watch(onChange: () => void): () => void;
}

export interface CircuitOptions {
  readonly name: string;
  /** Where the service is, without a secret: for the log alone. */
  readonly address?: string;
  readonly redis: Redis;
  /** The name of this process among the replicas. */
  readonly replica: string;
  /** Asks the service whether it does what is needed. @throws PulseError when it does not */
  readonly probe: () => Promise<void>;
  readonly log: Logger;
}

/**
 * A circuit breaker around one service that may be away for hours. All replicas share its state
 * through Redis.
 *
 * - `closed`: calls go through. Failures in a row open it.
 * - `open`: calls fail at once. One replica at a time, by a lease, probes at growing intervals.
 * - `half-open`: the probe was good. The replica that probed may call; its first call closes the
 *   circuit or opens it again.
 *
 * Only a PulseError of kind `away` counts as a failure of the service. Without Redis a process goes
 * by the state that it saw last.
 */
export class Circuit implements Availability {
  readonly #options: CircuitOptions;
  readonly #store: CircuitStore;
  readonly #breaker = new ConsecutiveBreaker(failureThreshold);
  readonly #listeners = new Set<() => void>();
  #record: OpenRecord | undefined;
  #refreshedAtMs = -Infinity;
  /** When Redis answered last, or this process opened the circuit without it. */
  #knownAtMs = -Infinity;
  /** Writes to Redis run one after the other. Reads wait for them, so that none is outdated. */
  #writes: Promise<void> = Promise.resolve();

  constructor(options: CircuitOptions) {
    this.#options = options;
    this.#store = new CircuitStore(options.redis, options.name);
  }

  /** The state that the replicas share now; the last known one when Redis does not answer. */
  async state(): Promise<CircuitState> {
    await this.#refresh();
    return describeState(this.#record);
  }

  get allowsCalls(): boolean {
    return allowsCallsOf(this.#options.replica, this.#record);
  }

  /**
   * Calls the service when the circuit allows it.
   *
   * @throws PulseError of kind `away` with the code of what opened the circuit, when it does not
   */
  async run<T>(call: () => Promise<T>): Promise<T> {
    if (performance.now() - this.#refreshedAtMs > refreshEveryMs) await this.#refresh();
    if (!this.allowsCalls) {
      const { code, reason } = this.#record as OpenRecord;
      throw new PulseError(code, 'away', reason);
    }
    const isTrial = this.#record?.kind === 'half-open';
    try {
      const answer = await call();
      this.#breaker.success();
      if (isTrial && this.#record?.kind === 'half-open') this.#close();
      return answer;
    } catch (error) {
      if (error instanceof PulseError && error.kind === 'away') this.#fail(error, isTrial);
      throw error;
    }
  }

  /** Counts a failure of the service that was found without a call through `run`. */
  report(error: PulseError): void {
    this.#fail(error, false);
  }

  /** Reads the state every second and probes when it is this replica's turn, until stopped. */
  watch(onChange: () => void): () => void {
    this.#listeners.add(onChange);
    let isBusy = false;
    const timer = setInterval(() => {
      if (isBusy) return;
      isBusy = true;
      void this.#refresh()
        .then(() => this.#probeUnderLease())
        .finally(() => {
          isBusy = false;
        });
    }, refreshEveryMs);
    return () => {
      clearInterval(timer);
      this.#listeners.delete(onChange);
    };
  }

  async #refresh(): Promise<void> {
    await this.#writes;
    try {
      this.#set(await this.#store.read());
      this.#knownAtMs = performance.now();
    } catch (error) {
      // By now the record would have expired in Redis.
      if (performance.now() - this.#knownAtMs > openForMs) this.#set(undefined);
      this.#logDebug(error, 'the shared state of the circuit cannot be read');
    }
    this.#refreshedAtMs = performance.now();
  }

  #fail(error: PulseError, isTrial: boolean): void {
    const before = this.#record;
    const after = recordFailure(before, {
      code: error.code,
      reason: describeError(error),
      nowMs: Date.now(),
      isTrial,
      opens: immediateCodes.has(error.code) || this.#breaker.failure(),
    });
    if (after === undefined) return;
    this.#set(after);
    this.#knownAtMs = performance.now();
    this.#write(async () => {
      await (before === undefined ? this.#store.writeFirst(after) : this.#store.write(after));
      await this.#store.postponeProbe(computeProbeDelayMs(after.failures));
    });
  }

  #close(): void {
    this.#set(undefined);
    this.#write(() => this.#store.clear());
  }

  async #probeUnderLease(): Promise<void> {
    const open = this.#record;
    if (open?.kind !== 'open') return;
    try {
      if (!(await this.#store.leaseProbe(this.#options.replica, probeLimitMs))) return;
      await this.#probe(open);
    } catch (error) {
      this.#logDebug(error, 'the circuit was not probed; it is tried again in a second');
    }
  }

  async #probe(open: OpenRecord): Promise<void> {
    const failure = await this.#options.probe().then(
      () => undefined,
      (error: unknown) => ({ error }),
    );
    if (failure === undefined) {
      const trial = startTrial(open, this.#options.replica);
      this.#breaker.success();
      this.#set(trial);
      await this.#store.write(trial);
      return;
    }
    const { error } = failure;
    const found =
      error instanceof PulseError ? { code: error.code, reason: describeError(error) } : undefined;
    const stillOpen = recordFailedProbe(open, found);
    this.#set(stillOpen);
    await this.#store.write(stillOpen);
    await this.#store.postponeProbe(computeProbeDelayMs(stillOpen.failures));
  }

  #set(record: OpenRecord | undefined): void {
    const before = this.#record;
    this.#record = record;
    if (before?.kind === record?.kind && before?.trialBy === record?.trialBy) return;
    const { log, name, address } = this.#options;
    if (record === undefined) log.info({ circuit: name }, 'the circuit is closed: work goes on');
    else if (before === undefined)
      log.warn(
        { circuit: name, address, code: record.code, reason: record.reason },
        'the circuit is open: work waits for the service, and goes on by itself',
      );
    for (const listener of this.#listeners) listener();
  }

  #write(work: () => Promise<void>): void {
    this.#writes = this.#writes
      .then(work)
      .catch((error: unknown) =>
        this.#logDebug(error, 'the shared state of the circuit cannot be written'),
      );
  }

  #logDebug(error: unknown, message: string): void {
    const { log, name } = this.#options;
    log.debug({ err: error, circuit: name }, message);
  }
}
