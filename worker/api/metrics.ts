import type { FastifyInstance } from 'fastify';

import { contentType } from '../metrics/exposition.ts';
import { NodeMetrics } from '../metrics/node-metrics.ts';
import type { KnownLabels } from '../metrics/read-totals.ts';
import { limitMs, MetricsPage } from '../monitoring/metrics-page.ts';
import { readSamples } from '../monitoring/samples.ts';
import { listSources } from '../monitoring/sources.ts';
import type { StackStatus } from '../operator/status.ts';
import type { Services } from '../services.ts';
import type { Contract } from './contract.ts';
import { requestsPerSecond } from './limits.ts';
import type { ApiSettings } from './settings.ts';
import { version } from './version.ts';

const metricsContract: Contract = {
  group: 'metrics',
  summary: 'Tells the numbers of the whole stack',
  description:
    'In the text format of Prometheus, version 0.0.4. Every replica answers alike. What is away is ' +
    'left out, and `pulse_dependency_up` says so. docs/monitoring.md lists all names.',
  answers: { 200: { description: 'The metrics' } },
  example: { answer: 'pulse_documents{state="indexed"} 812' },
};

export interface MetricsDependencies {
  readonly settings: ApiSettings;
  readonly services: Services;
  readonly isSchemaReady: () => boolean;
  /** How the stack was, as it is looked at by the clock; undefined before the first time. */
  readonly lookedUp: () => StackStatus | undefined;
  /** Filled while routes are added. */
  readonly routeLabels: KnownLabels;
}

/** What a Prometheus scrapes. */
export async function addMetricsRoute(
  app: FastifyInstance,
  { settings, services, lookedUp, isSchemaReady, routeLabels }: MetricsDependencies,
): Promise<void> {
  const { log, queues } = services;
  const nodeMetrics = new NodeMetrics({ redis: queues.redis, name: settings.workerName, log });
  const sources = listSources({
    services,
    settings,
    version,
    lookedUp,
    isSchemaReady,
    limitMs,
  });
  const page = new MetricsPage({ services, sources, nodeMetrics, knownLabels: routeLabels });
  // Not all of them: one would open the keyword index, which an idle replica can do without.
  const costly = sources.filter(({ isCostly }) => isCostly);
  app.addHook('onListen', async () => void readSamples(costly, limitMs, log));
  app.addHook('onListen', async () => nodeMetrics.start());
  app.addHook('onClose', async () => nodeMetrics.stop());
  const rateLimit = { max: requestsPerSecond.metrics, timeWindow: 1_000 };
  const config = { access: 'read', rateLimit, contract: metricsContract } as const;
  app.get('/metrics', { config }, async (_request, reply) => {
    reply.type(contentType);
    return page.write();
  });
}
