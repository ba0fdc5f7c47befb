import type { FastifyInstance } from 'fastify';

import type { LabelValues } from '../metrics/definition.ts';
import type { Tally } from '../metrics/tally.ts';
import { httpRequests, httpSeconds } from '../metrics/totals.ts';

/** What any route may answer: that all is well, and what alarms are about. */
const usualStatuses = ['200', '202', '401', '429', '500', '503'];
/** In place of an address that is no route, of which there are as many as somebody likes to ask. */
const noRoute = 'none';

interface RequestLabels {
  readonly requests: readonly LabelValues<'route' | 'method' | 'status'>[];
  readonly durations: readonly LabelValues<'route' | 'method'>[];
}

/**
 * Counts every request that is answered from now on.
 *
 * @returns the labels of the routes that were added since, with the statuses that are usual
 */
export function countRequests(app: FastifyInstance, tally: Tally): () => RequestLabels {
  const durations: LabelValues<'route' | 'method'>[] = [];
  app.addHook('onRoute', ({ url: route, method: methods }) => {
    for (const method of [methods].flat())
      // Fastify adds it to every GET.
      if (method !== 'HEAD') durations.push({ route, method });
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions, is404 } = request;
    const labels = { route: (is404 ? undefined : routeOptions.url) ?? noRoute, method };
    tally.count(httpRequests, { ...labels, status: String(reply.statusCode) });
    tally.observe(httpSeconds, labels, reply.elapsedTime / 1_000);
    done();
  });
  return () => ({
    durations,
    requests: durations.flatMap((labels) => usualStatuses.map((status) => ({ ...labels, status }))),
  });
}
