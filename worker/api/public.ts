import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import type { FastifyInstance } from 'fastify';

import { explain } from '../../shared/explain.ts';
import { PulseError } from '../errors.ts';
import type { Readiness } from './readiness.ts';

export const { version } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../package.json'), 'utf8'),
) as { version: string };

export interface PublicDependencies {
  /** Aborted once the process stops. */
  readonly stopping: AbortSignal;
  readonly lookAtReadiness: () => Promise<Readiness>;
}

/** What is answered without a key. */
export async function addPublicRoutes(
  app: FastifyInstance,
  { stopping, lookAtReadiness }: PublicDependencies,
): Promise<void> {
  const config = { access: 'public' } as const;

  // Asks nothing of a dependency: restarting this process, or sending its requests elsewhere, would
  // not bring a store back.
  app.get('/health', { config }, async (_request, reply) => {
    if (stopping.aborted) reply.code(503);
    return { status: stopping.aborted ? 'stopping' : 'ok', version };
  });

  app.get('/ready', { config }, async (_request, reply) => {
    const found = await lookAtReadiness();
    const ready = found.ready && !stopping.aborted;
    if (!ready) reply.code(503);
    return { ...found, ready };
  });

  // Where the `type` of every problem leads.
  app.get<{ Params: { code: string } }>('/codes/:code', { config }, async (request, reply) => {
    const text = explain(request.params.code);
    if (text === undefined) throw new PulseError('API_NOT_FOUND', 'final', 'there is no such code');
    reply.type('text/plain; charset=utf-8');
    return text;
  });
}
