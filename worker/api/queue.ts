import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { z } from 'zod';

import { retryDocuments } from '../operator/documents.ts';
import type { Retried } from '../operator/documents.ts';
import { listJobs, listStates } from '../operator/listing.ts';
import { cancelDocuments } from '../operator/queue-documents.ts';
import { reportQueues } from '../operator/queue-report.ts';
import { readOperatorSettings, setLimit, setPaused } from '../operator/settings.ts';
import type { OperatorSettings } from '../operator/settings.ts';
import type { Services } from '../services.ts';
import type { Contract } from './contract.ts';
import type { Enqueuer } from './enqueuer.ts';
import type { Gate } from './gate.ts';
import { parseInput } from './input.ts';
import { requestsPerSecond } from './limits.ts';
import {
  cancelBody,
  cancelContract,
  jobsContract,
  jobsQuery,
  limitBody,
  limitContract,
  noInput,
  pauseContract,
  queueContract,
  resumeContract,
  retryBody,
  retryContract,
} from './queue-contracts.ts';

export interface QueueDependencies {
  readonly services: Services;
  readonly enqueuer: Enqueuer;
  readonly gate: Gate;
}

/** The queues: how they are, what is in them, and what an operator does with them. */
export async function addQueueRoutes(
  app: FastifyInstance,
  { services, enqueuer: { queues: enqueuing }, gate }: QueueDependencies,
): Promise<void> {
  const { records, log } = services;
  const rateLimit = { max: requestsPerSecond.searches, timeWindow: 1_000 };
  const toRead = (contract: Contract) =>
    ({ config: { access: 'read', rateLimit, contract }, onRequest: gate.enter }) as const;
  const toWrite = (contract: Contract) =>
    ({ config: { access: 'write', rateLimit, contract }, onRequest: gate.enter }) as const;

  app.get('/api/queue', toRead(queueContract), ({ query }) => {
    parseInput(noInput, query);
    return reportQueues(services);
  });

  app.get('/api/queue/jobs', toRead(jobsContract), async ({ query }) => {
    const { state, limit, ...filter } = parseInput(jobsQuery, query);
    const states = state === undefined ? listStates : [state];
    return { items: await listJobs(services, { states, ...filter }, limit) };
  });

  app.post(
    '/api/queue/retry',
    toWrite(retryContract),
    async ({ body, keyName, id: requestId }, reply) => {
      const which = parseInput(retryBody, body);
      const retried = await retryDocuments({ records, queues: enqueuing }, choose(which));
      log.info({ retried, code: which.code, key: keyName, requestId }, 'documents were retried');
      reply.code(202);
      return { retried };
    },
  );

  app.post(
    '/api/queue/cancel',
    toWrite(cancelContract),
    async ({ body, keyName, id: requestId }, reply) => {
      const { ids: named } = parseInput(cancelBody, body);
      const chosen = named === undefined ? { all: true as const } : { ids: named };
      const cancelled = await cancelDocuments(services, chosen);
      log.info({ cancelled, key: keyName, requestId }, 'documents that wait were cancelled');
      reply.code(202);
      return { cancelled };
    },
  );

  app.post('/api/queue/pause', toWrite(pauseContract), (request) => changePaused(request, true));

  app.post('/api/queue/resume', toWrite(resumeContract), (request) => changePaused(request, false));

  async function changePaused(request: FastifyRequest, paused: boolean): Promise<OperatorSettings> {
    await setPaused(services, paused);
    const by = { key: request.keyName, requestId: request.id };
    log.info({ paused, ...by }, paused ? 'the queues were paused' : 'the queues were resumed');
    return readOperatorSettings(services);
  }

  app.put('/api/queue/limit', toWrite(limitContract), async ({ body, keyName, id: requestId }) => {
    const { limit: wanted } = parseInput(limitBody, body);
    const limit = await setLimit(services, wanted === 'default' ? undefined : wanted);
    log.info({ limit, key: keyName, requestId }, 'the limit of jobs was set');
    return readOperatorSettings(services);
  });
}

function choose({ code: withCode, ids: named }: z.output<typeof retryBody>): Retried {
  if (named !== undefined) return { ids: named };
  return withCode === undefined ? { all: true } : { code: withCode };
}
