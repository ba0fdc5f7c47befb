import type { FastifyInstance } from 'fastify';

import { contentType } from '../metrics/exposition.ts';
import type { MetricsPage } from '../monitoring/metrics-page.ts';
import type { Contract } from './contract.ts';
import { requestsPerSecond } from './limits.ts';

const metricsContract: Contract = {
  group: 'metrics',
  summary: 'Tells the numbers of the whole stack',
  description:
    'In the text format of Prometheus, version 0.0.4. Every replica answers alike. What is away is ' +
    'left out, and `pulse_dependency_up` says so. docs/monitoring.md lists all names.',
  answers: { 200: { description: 'The metrics' } },
  example: { answer: 'pulse_documents{state="indexed"} 812' },
};

/** What a Prometheus scrapes. */
export async function addMetricsRoute(app: FastifyInstance, page: MetricsPage): Promise<void> {
  const rateLimit = { max: requestsPerSecond.metrics, timeWindow: 1_000 };
  const config = { access: 'read', rateLimit, contract: metricsContract } as const;
  app.get('/metrics', { config }, async (_request, reply) => {
    reply.type(contentType);
    return page.write();
  });
}
