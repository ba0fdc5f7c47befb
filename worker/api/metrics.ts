import type { FastifyInstance } from 'fastify';

import { contentType } from '../metrics/exposition.ts';
import type { MetricsPage } from '../monitoring/metrics-page.ts';
import { requestsPerSecond } from './limits.ts';

/** What a Prometheus scrapes. */
export async function addMetricsRoute(app: FastifyInstance, page: MetricsPage): Promise<void> {
  const rateLimit = { max: requestsPerSecond.metrics, timeWindow: 1_000 };
  app.get('/metrics', { config: { access: 'read', rateLimit } }, async (_request, reply) => {
    reply.type(contentType);
    return page.write();
  });
}
