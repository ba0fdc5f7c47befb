import type { FastifyInstance } from 'fastify';

import { readExpectedWorkers } from '../operator/canary.ts';
import { listWorkers } from '../operator/workers.ts';
import type { Services } from '../services.ts';
import type { Gate } from './gate.ts';
import { parseInput } from './input.ts';
import { requestsPerSecond } from './limits.ts';
import { noInput } from './queue-contracts.ts';
import { workersContract } from './status-contracts.ts';

export interface WorkersDependencies {
  readonly services: Pick<Services, 'pool' | 'queues'>;
  readonly gate: Gate;
}

/** The workers that are alive. */
export async function addWorkersRoute(
  app: FastifyInstance,
  { services, gate }: WorkersDependencies,
): Promise<void> {
  const rateLimit = { max: requestsPerSecond.searches, timeWindow: 1_000 };

  app.get(
    '/api/workers',
    { config: { access: 'read', rateLimit, contract: workersContract }, onRequest: gate.enter },
    async ({ query }) => {
      parseInput(noInput, query);
      const [expected, items] = await Promise.all([
        readExpectedWorkers(services.pool),
        listWorkers(services),
      ]);
      return { expected: expected ?? null, items };
    },
  );
}
