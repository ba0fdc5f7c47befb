import type { FastifyInstance } from 'fastify';

import type { Report } from '../../healthchecks/verify.ts';
import { PulseError } from '../errors.ts';
import { canaryTask, runCanary, verifyAll } from '../operator/canary.ts';
import type { CanaryDependencies } from '../operator/canary.ts';
import { takeLease } from '../records/leases.ts';
import type { Lease, TaskOutcome } from '../records/leases.ts';
import type { Services } from '../services.ts';
import { parseInput } from './input.ts';
import { requestsPerSecond, timeLimitsMs } from './limits.ts';
import { verifyBody, verifyContract } from './status-contracts.ts';

export interface VerifyDependencies {
  readonly services: Pick<Services, 'pool' | 'worker' | 'log'>;
  readonly canary: CanaryDependencies;
  readonly canaryIntervalMs: number;
}

/** Verifies the stack on request, as `./pulse verify` does. */
export async function addVerifyRoute(
  app: FastifyInstance,
  { services, canary, canaryIntervalMs }: VerifyDependencies,
): Promise<void> {
  const { log } = services;
  const rateLimit = { max: requestsPerSecond.searches, timeWindow: 1_000 };
  let isRunning = false;

  app.post(
    '/api/verify',
    {
      config: { access: 'write', rateLimit, contract: verifyContract },
      handlerTimeout: timeLimitsMs.store,
    },
    async ({ body, keyName, id: requestId }): Promise<Report> => {
      const { canary: withCanary } = parseInput(verifyBody, body ?? {});
      if (isRunning) throw runsAlready();
      isRunning = true;
      try {
        const report = withCanary ? await verifyUnderLease() : await verifyAll(canary, false);
        log.info({ ok: report.ok, withCanary, key: keyName, requestId }, 'the stack was verified');
        return report;
      } finally {
        isRunning = false;
      }
    },
  );

  /** What it finds counts as the last canary. Without Postgres it says so, and is not kept. */
  async function verifyUnderLease(): Promise<Report> {
    const lease = await takeUnlessAway();
    if (lease === 'held') throw runsAlready();
    try {
      const { report, ...outcome } = await runCanary(canary);
      if (lease !== 'away') await keep(lease, outcome);
      return report;
    } catch (error) {
      if (lease !== 'away') await lease.release();
      throw error;
    }
  }

  async function keep(lease: Lease, outcome: TaskOutcome): Promise<void> {
    await lease
      .finish(outcome, canaryIntervalMs)
      .catch((error: unknown) => log.info({ err: error }, 'what a canary found is not kept'));
  }

  async function takeUnlessAway(): Promise<Lease | 'held' | 'away'> {
    try {
      return (await takeLease(services, canaryTask, 'now')) ?? 'held';
    } catch (error) {
      if (!(error instanceof PulseError) || error.kind !== 'away') throw error;
      log.info({ err: error }, 'verifying without a lease');
      return 'away';
    }
  }
}

function runsAlready(): PulseError {
  return new PulseError('API_CONFLICT', 'final', 'a verification with a canary runs already');
}
