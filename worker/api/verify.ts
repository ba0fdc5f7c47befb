import type { FastifyInstance } from 'fastify';

import type { Report } from '../../healthchecks/verify.ts';
import { parseInput } from './input.ts';
import { askerOf } from './keys.ts';
import { requestsPerSecond, timeLimitsMs } from './limits.ts';
import { verifyBody, verifyContract } from './status-contracts.ts';
import type { Verifications } from './verifications.ts';

/** Verifies the stack on request, as `./pulse verify` does. */
export async function addVerifyRoute(
  app: FastifyInstance,
  { verifications }: { readonly verifications: Verifications },
): Promise<void> {
  const rateLimit = { max: requestsPerSecond.searches, timeWindow: 1_000 };
  app.post(
    '/api/verify',
    {
      config: { access: 'write', rateLimit, contract: verifyContract },
      handlerTimeout: timeLimitsMs.store,
    },
    async ({ body, keyName, id }): Promise<Report> => {
      const { canary: withCanary } = parseInput(verifyBody, body ?? {});
      return verifications.run(withCanary, askerOf({ keyName, id }));
    },
  );
}
