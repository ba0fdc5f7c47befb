import type { FastifyInstance, FastifyRequest } from 'fastify';

import { PulseError } from '../errors.ts';
import { findSuccessor } from './old-routes.ts';
import { DetailedError } from './problems.ts';

/**
 * Notes the routes that are added from now on.
 *
 * @returns what is wrong with a request for which there is no route: nothing is at its address,
 *   only the deployment that Pulse replaces had something there, or it takes other methods
 */
export function noteRoutes(app: FastifyInstance): (request: FastifyRequest) => Error {
  const methodsByPath = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = methodsByPath.get(url) ?? new Set();
    methodsByPath.set(url, new Set([...methods, ...[method].flat()]));
  });
  return ({ url, method }) => {
    const path = url.split('?', 1)[0] as string;
    const fitting = [...methodsByPath].filter(([pattern]) => fits(pattern, path));
    const allowed = [...new Set(fitting.flatMap(([, methods]) => [...methods]))].sort();
    if (allowed.length === 0) return describeAbsent(path);
    return new DetailedError(
      new PulseError('API_METHOD', 'final', `${method} is none of ${allowed.join(', ')}`),
      { headers: { allow: allowed.join(', ') } },
    );
  };
}

function describeAbsent(path: string): PulseError {
  const successor = findSuccessor(path);
  return successor === undefined
    ? new PulseError('API_NOT_FOUND', 'final', 'there is no such route')
    : new PulseError('API_GONE', 'final', successor);
}

/** @param pattern as `/api/documents/:id` */
function fits(pattern: string, path: string): boolean {
  const wanted = pattern.split('/');
  const parts = path.split('/');
  return (
    wanted.length === parts.length &&
    wanted.every((part, index) => part === parts[index] || (part.startsWith(':') && parts[index]))
  );
}
