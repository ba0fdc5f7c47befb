import type { FastifyInstance, RouteOptions } from 'fastify';

import type { LabelValues } from '../metrics/definition.ts';
import type { Tally } from '../metrics/tally.ts';
import { httpRequests, httpSeconds } from '../metrics/totals.ts';
import { listProblems } from './problem-answers.ts';

/** In place of an address that is no route, of which there are as many as somebody likes to ask. */
const noRoute = 'none';

interface RequestLabels {
  readonly requests: LabelValues<'route' | 'method' | 'status'>[];
  readonly durations: LabelValues<'route' | 'method'>[];
}

/**
 * Counts every request that is answered from now on.
 *
 * @returns the labels of all routes that are added from now on, with each status that their
 *   contracts name
 */
export function countRequests(app: FastifyInstance, tally: Tally): RequestLabels {
  const known: RequestLabels = { requests: [], durations: [] };
  app.addHook('onRoute', (added) => {
    for (const method of [added.method].flat()) {
      // Fastify adds it to every GET.
      if (method === 'HEAD') continue;
      const labels = { route: added.url, method };
      known.durations.push(labels);
      known.requests.push(...listStatuses(added).map((status) => ({ ...labels, status })));
    }
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions, is404 } = request;
    const labels = { route: (is404 ? undefined : routeOptions.url) ?? noRoute, method };
    tally.count(httpRequests, { ...labels, status: String(reply.statusCode) });
    tally.observe(httpSeconds, labels, reply.elapsedTime / 1_000);
    done();
  });
  return known;
}

function listStatuses(route: RouteOptions): string[] {
  const contract = route.config?.contract;
  if (contract === undefined) return [];
  const problems = listProblems(route, contract).map(({ status }) => String(status));
  return [...new Set([...Object.keys(contract.answers), ...problems])];
}
