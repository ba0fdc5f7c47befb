import type { FastifyInstance } from 'fastify';

import { askerOf } from '../api/keys.ts';
import { timeLimitsMs } from '../api/limits.ts';
import type { Done } from './done.ts';
import { address } from './elements.ts';
import { screenOptions } from './screen.ts';
import type { ScreenParts } from './screen.ts';

/** Verifies the stack, with a canary, as the route of the API does. It answers when that is done. */
export async function addStatusActions(
  app: FastifyInstance,
  { verifications, lookAgain }: ScreenParts,
): Promise<void> {
  const options = { ...screenOptions('write'), handlerTimeout: timeLimitsMs.store };
  app.post('/status/verify', options, async (request, reply) => {
    await verifications.run(true, askerOf(request));
    await lookAgain();
    return reply.redirect(address('/status', { done: 'verified' satisfies Done }), 303);
  });
}
