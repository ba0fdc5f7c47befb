import type { FastifyInstance } from 'fastify';

import { parseInput } from '../api/input.ts';
import { limitBody, retryBody } from '../api/queue-contracts.ts';
import { retryDocuments } from '../operator/documents.ts';
import type { Retried } from '../operator/documents.ts';
import { setLimit, setPaused } from '../operator/settings.ts';
import type { Done } from './done.ts';
import { address } from './elements.ts';
import { readForm, screenOptions } from './screen.ts';
import type { Query, ScreenParts } from './screen.ts';

/** What an operator does with the queues, as the routes of the API do it. */
export async function addQueueActions(
  app: FastifyInstance,
  { services, enqueuer: { queues }, gate }: ScreenParts,
): Promise<void> {
  const { records, log } = services;
  const options = screenOptions('write', [gate.enter]);
  const back = (done: Done): string => address('/queue', { done });

  app.post('/queue/retry', options, async (request, reply) => {
    const { code } = readForm(request);
    const { code: known } = parseInput(retryBody, code === undefined ? { all: true } : { code });
    const which: Retried = known === undefined ? { all: true } : { code: known };
    const retried = await retryDocuments({ records, queues }, which);
    const { keyName, id: requestId } = request;
    log.info({ retried, code: known, key: keyName, requestId }, 'documents were retried');
    return reply.redirect(back('requeued'), 303);
  });

  for (const [path, paused, done] of [
    ['/queue/pause', true, 'paused'],
    ['/queue/resume', false, 'resumed'],
  ] as const)
    app.post(path, options, async (request, reply) => {
      await setPaused(services, paused);
      const { keyName, id: requestId } = request;
      log.info({ paused, key: keyName, requestId }, `the queues were ${done}`);
      return reply.redirect(back(done), 303);
    });

  app.post('/queue/limit', options, async (request, reply) => {
    const { limit: wanted } = parseInput(limitBody, { limit: readLimit(readForm(request)) });
    const limit = await setLimit(services, wanted === 'default' ? undefined : wanted);
    const { keyName, id: requestId } = request;
    log.info({ limit, key: keyName, requestId }, 'the limit of jobs was set');
    return reply.redirect(back('limited'), 303);
  });
}

function readLimit({ limit = '', to }: Query): unknown {
  if (to === 'default') return 'default';
  return to === 'none' ? null : Number(limit);
}
