import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import type { FastifyInstance } from 'fastify';

import { redact } from '../../shared/redaction.ts';
import { waitMs } from '../drain.ts';
import { PulseError } from '../errors.ts';
import type { Logger } from '../logs.ts';
import type { StackStatus } from '../operator/status.ts';
import { parseInput } from './input.ts';
import { requestsPerSecond } from './limits.ts';
import { noInput } from './queue-contracts.ts';
import { statusContract } from './status-contracts.ts';
import { version } from './version.ts';

const lookEveryMs = 15_000;
/** For the first look of a process, which a service that hangs may hold up. */
const firstLookLimitMs = 10_000;

export interface StatusDependencies {
  readonly look: () => Promise<StackStatus>;
  readonly log: Logger;
  /** They appear in no answer. */
  readonly secrets: readonly string[];
  /** Aborted once the process stops. */
  readonly stopping: AbortSignal;
}

interface Answer {
  readonly body: string;
  readonly etag: string;
}

/**
 * How the stack is. Each replica looks by the clock, so that a page that many watch costs no store
 * anything.
 */
export async function addStatusRoute(
  app: FastifyInstance,
  { look, log, secrets, stopping }: StatusDependencies,
): Promise<void> {
  const rateLimit = { max: requestsPerSecond.searches, timeWindow: 1_000 };
  const first = Promise.withResolvers<true>();
  let last: Answer | undefined;

  app.addHook('onListen', async () => void keepLooking());

  const config = { access: 'read', rateLimit, contract: statusContract } as const;
  app.get('/api/status', { config }, async (request, reply) => {
    parseInput(noInput, request.query);
    await Promise.race([first.promise, waitMs(firstLookLimitMs)]);
    if (last === undefined) throw new PulseError('API_BUSY', 'away', 'the first look is not done');
    const { body, etag } = last;
    reply.headers({ etag, 'cache-control': 'private, no-cache' });
    if (request.headers['if-none-match']?.includes(etag)) return reply.code(304).send();
    return reply.type('application/json; charset=utf-8').send(body);
  });

  async function keepLooking(): Promise<void> {
    while (!stopping.aborted) {
      try {
        last = encode({ version, ...(await look()) }, secrets);
        first.resolve(true);
      } catch (error) {
        log.error({ err: error, code: 'API_INTERNAL' }, 'the stack could not be looked at');
      }
      await sleep(lookEveryMs, undefined, { signal: stopping, ref: false }).catch(() => undefined);
    }
  }
}

function encode(status: object, secrets: readonly string[]): Answer {
  const body = redact(secrets, JSON.stringify(status));
  const digest = createHash('sha256').update(body).digest('base64url');
  return { body, etag: `"${digest}"` };
}
