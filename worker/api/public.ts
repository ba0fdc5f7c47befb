import type { FastifyInstance } from 'fastify';
import { z } from 'zod';

import { explain } from '../../shared/explain.ts';
import { PulseError } from '../errors.ts';
import type { Contract } from './contract.ts';
import type { Readiness } from './readiness.ts';
import { version } from './version.ts';

export interface PublicDependencies {
  /** Aborted once the process stops. */
  readonly stopping: AbortSignal;
  readonly lookAtReadiness: () => Promise<Readiness>;
}

const healthContract: Contract = {
  group: 'health',
  summary: 'Says whether the process works',
  description:
    'Asks nothing of a store: neither restarting a replica nor sending its requests elsewhere ' +
    'brings a store back.',
  answers: {
    200: {
      description: 'It works',
      schema: z.object({ status: z.literal('ok'), version: z.string() }),
    },
    503: {
      description: 'It stops',
      schema: z.object({ status: z.literal('stopping'), version: z.string() }),
    },
  },
  example: { answer: { status: 'ok', version: '0.1.0' } },
};

const checkState = z.enum(['ok', 'away']);
const readinessSchema = z.object({
  ready: z.boolean().describe('Documents can come in, and searches by keyword are answered'),
  degraded: z.array(z.string()).describe('The services that are away'),
  checks: z.object({
    postgres: checkState,
    keywords: checkState,
    redis: checkState,
    tei: checkState,
    qdrant: checkState,
  }),
});
const readyContract: Contract = {
  group: 'health',
  summary: 'Says what is away, by name',
  description: 'It looks every 2 seconds at most.',
  answers: {
    200: { description: 'Documents and searches are taken', schema: readinessSchema },
    503: {
      description: 'Postgres or the keyword index is away, or the replica stops',
      schema: readinessSchema,
    },
  },
  example: {
    answer: {
      ready: true,
      degraded: ['tei'],
      checks: { postgres: 'ok', keywords: 'ok', redis: 'ok', tei: 'away', qdrant: 'ok' },
    },
  },
};

const codeContract: Contract = {
  group: 'reference',
  summary: 'Explains a code',
  description: 'As `./pulse explain` does. The `type` of every problem leads here.',
  params: z.object({ code: z.string().describe('One of docs/codes.md') }),
  answers: { 200: { description: 'What it means, and what to do' } },
  problems: { 404: 'There is no such code' },
  example: { params: { code: 'API_RATE' }, answer: 'API_RATE' },
};

/** What is answered without a key. */
export async function addPublicRoutes(
  app: FastifyInstance,
  { stopping, lookAtReadiness }: PublicDependencies,
): Promise<void> {
  const config = { access: 'public' } as const;

  // Asks nothing of a dependency: restarting this process, or sending its requests elsewhere, would
  // not bring a store back.
  app.get(
    '/health',
    { config: { ...config, contract: healthContract } },
    async (_request, reply) => {
      if (stopping.aborted) reply.code(503);
      return { status: stopping.aborted ? 'stopping' : 'ok', version };
    },
  );

  app.get('/ready', { config: { ...config, contract: readyContract } }, async (_request, reply) => {
    const found = await lookAtReadiness();
    const ready = found.ready && !stopping.aborted;
    if (!ready) reply.code(503);
    return { ...found, ready };
  });

  // Where the `type` of every problem leads.
  app.get<{ Params: { code: string } }>(
    '/codes/:code',
    { config: { ...config, contract: codeContract } },
    async (request, reply) => {
      const text = explain(request.params.code);
      if (text === undefined)
        throw new PulseError('API_NOT_FOUND', 'final', 'there is no such code');
      reply.type('text/plain; charset=utf-8');
      return text;
    },
  );
}
