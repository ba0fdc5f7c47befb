import type { Report } from '../../healthchecks/verify.ts';
import { PulseError } from '../errors.ts';
import type { Asker } from '../operator/asker.ts';
import { canaryTask, runCanary, verifyAll } from '../operator/canary.ts';
import type { CanaryDependencies } from '../operator/canary.ts';
import { takeLease } from '../records/leases.ts';
import type { Lease, TaskOutcome } from '../records/leases.ts';
import type { Services } from '../services.ts';

export interface VerificationDependencies {
  readonly services: Pick<Services, 'pool' | 'worker' | 'log'>;
  readonly canary: CanaryDependencies;
  readonly canaryIntervalMs: number;
}

/** Verifies the stack on request, one at a time: the routes of the API and the page share it. */
export class Verifications {
  readonly #dependencies: VerificationDependencies;
  #isRunning = false;

  constructor(dependencies: VerificationDependencies) {
    this.#dependencies = dependencies;
  }

  /**
   * @param by for the log
   * @throws PulseError API_CONFLICT while one runs
   */
  async run(withCanary: boolean, by: Asker): Promise<Report> {
    if (this.#isRunning) throw runsAlready();
    this.#isRunning = true;
    try {
      const report = withCanary
        ? await this.#runUnderLease()
        : await verifyAll(this.#dependencies.canary, false);
      const { log } = this.#dependencies.services;
      log.info({ ok: report.ok, withCanary, ...by }, 'the stack was verified');
      return report;
    } finally {
      this.#isRunning = false;
    }
  }

  /** What it finds counts as the last canary. Without Postgres it says so, and is not kept. */
  async #runUnderLease(): Promise<Report> {
    const lease = await this.#takeUnlessAway();
    if (lease === 'held') throw runsAlready();
    try {
      const { report, ...outcome } = await runCanary(this.#dependencies.canary);
      if (lease !== 'away') await this.#keep(lease, outcome);
      return report;
    } catch (error) {
      if (lease !== 'away') await lease.release();
      throw error;
    }
  }

  async #keep(lease: Lease, outcome: TaskOutcome): Promise<void> {
    const { services, canaryIntervalMs } = this.#dependencies;
    await lease
      .finish(outcome, canaryIntervalMs)
      .catch((error: unknown) =>
        services.log.info({ err: error }, 'what a canary found is not kept'),
      );
  }

  async #takeUnlessAway(): Promise<Lease | 'held' | 'away'> {
    const { services } = this.#dependencies;
    try {
      return (await takeLease(services, canaryTask, 'now')) ?? 'held';
    } catch (error) {
      if (!(error instanceof PulseError) || error.kind !== 'away') throw error;
      services.log.info({ err: error }, 'verifying without a lease');
      return 'away';
    }
  }
}

function runsAlready(): PulseError {
  return new PulseError('API_CONFLICT', 'final', 'a verification with a canary runs already');
}
