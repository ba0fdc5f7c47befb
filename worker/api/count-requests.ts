import type { FastifyInstance, RouteOptions } from 'fastify';

import type { LabelValues } from '../metrics/definition.ts';
import type { KnownLabels } from '../metrics/read-totals.ts';
import type { Tally } from '../metrics/tally.ts';
import { httpRequests, httpSeconds } from '../metrics/totals.ts';
import type { Contract } from './contract.ts';
import { listProblems } from './problem-answers.ts';

/** In place of an address that is no route, of which there are as many as somebody likes to ask. */
const noRoute = 'none';

/**
 * Counts every request that is answered from now on.
 *
 * @returns the labels of all routes that are added from now on, with each status that their
 *   contracts name, by the name of the metric
 */
export function countRequests(app: FastifyInstance, tally: Tally): KnownLabels {
  const requests: LabelValues[] = [];
  const durations: LabelValues[] = [];
  app.addHook('onRoute', (added) => {
    for (const method of [added.method].flat()) {
      // Fastify adds the first to every GET; the others are files of the page at /docs.
      if (method === 'HEAD' || added.config?.contract === undefined) continue;
      const labels = { route: added.url, method };
      durations.push(labels);
      requests.push(...listStatuses(added).map((status) => ({ ...labels, status })));
    }
  });
  app.addHook('onResponse', (request, reply, done) => {
    const { method, routeOptions, is404 } = request;
    const labels = { route: (is404 ? undefined : routeOptions.url) ?? noRoute, method };
    tally.count(httpRequests, { ...labels, status: String(reply.statusCode) });
    tally.observe(httpSeconds, labels, reply.elapsedTime / 1_000);
    done();
  });
  return { [httpRequests.name]: requests, [httpSeconds.name]: durations };
}

function listStatuses(route: RouteOptions): string[] {
  const contract = route.config?.contract as Contract;
  const problems = listProblems(route, contract).map(({ status }) => String(status));
  return [...new Set([...Object.keys(contract.answers), ...problems])];
}
