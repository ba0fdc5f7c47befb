import type { FastifyInstance } from 'fastify';

import type { Report } from '../../healthchecks/verify.ts';
import type { Logger } from '../logs.ts';
import { parseInput } from './input.ts';
import { requestsPerSecond, timeLimitsMs } from './limits.ts';
import { verifyBody, verifyContract } from './status-contracts.ts';
import type { Verifications } from './verifications.ts';

export interface VerifyDependencies {
  readonly verifications: Verifications;
  readonly log: Logger;
}

/** Verifies the stack on request, as `./pulse verify` does. */
export async function addVerifyRoute(
  app: FastifyInstance,
  { verifications, log }: VerifyDependencies,
): Promise<void> {
  const rateLimit = { max: requestsPerSecond.searches, timeWindow: 1_000 };
  app.post(
    '/api/verify',
    {
      config: { access: 'write', rateLimit, contract: verifyContract },
      handlerTimeout: timeLimitsMs.store,
    },
    async ({ body, keyName, id: requestId }): Promise<Report> => {
      const { canary: withCanary } = parseInput(verifyBody, body ?? {});
      const report = await verifications.run(withCanary);
      log.info({ ok: report.ok, withCanary, key: keyName, requestId }, 'the stack was verified');
      return report;
    },
  );
}
