import type { FastifyInstance } from 'fastify';

import { timeLimitsMs } from '../api/limits.ts';
import type { Done } from './done.ts';
import { address } from './elements.ts';
import { screenOptions } from './screen.ts';
import type { ScreenParts } from './screen.ts';

/** Verifies the stack, with a canary, as the route of the API does. It answers when that is done. */
export async function addStatusActions(
  app: FastifyInstance,
  { verifications, lookAgain, services: { log } }: ScreenParts,
): Promise<void> {
  const options = { ...screenOptions('write'), handlerTimeout: timeLimitsMs.store };
  app.post('/status/verify', options, async (request, reply) => {
    const { ok } = await verifications.run(true);
    await lookAgain();
    const { keyName, id: requestId } = request;
    log.info({ ok, withCanary: true, key: keyName, requestId }, 'the stack was verified');
    return reply.redirect(address('/status', { done: 'verified' satisfies Done }), 303);
  });
}
