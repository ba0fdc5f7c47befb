import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Redis } from 'ioredis';

import { loginTriesPrefix } from '../../shared/queue-names.ts';
import { startReport } from '../api/report.ts';
import { waitMs } from '../drain.ts';
import { PulseError } from '../errors.ts';
import type { Logger } from '../logs.ts';

/** In a minute, from one address. */
export const tries = { max: 5, timeWindow: 60_000 };

/** Redis is on the same host and answers in a millisecond. */
const redisLimitMs = 500;

/**
 * Counts tries to log in by address, in Redis for all replicas together. Each replica counts by
 * itself as well, and while Redis is away alone.
 *
 * @returns throws PulseError API_RATE for one too many
 */
export function countTries(
  redis: Redis,
  log: Logger,
): (request: FastifyRequest, reply: FastifyReply) => Promise<void> {
  const reportAway = startReport(log, 'info', 'this replica alone counts tries to log in');
  return async ({ ip }, reply) => {
    const { current, leftMs } = await countInRedis(redis, ip).catch((error: unknown) => {
      reportAway({ problem: String(error) });
      return { current: 0, leftMs: 0 };
    });
    if (current <= tries.max) return;
    reply.header('retry-after', String(Math.ceil(leftMs / 1_000)));
    throw new PulseError('API_RATE', 'away', `more than ${tries.max} tries in a minute`);
  };
}

async function countInRedis(
  redis: Redis,
  address: string,
): Promise<{ current: number; leftMs: number }> {
  const key = `${loginTriesPrefix}${address}`;
  const counted = redis.multi().set(key, 0, 'PX', tries.timeWindow, 'NX').incr(key).pttl(key);
  const answers = await Promise.race([counted.exec(), waitMs(redisLimitMs)]);
  if (!answers) throw new Error(`Redis has not answered within ${redisLimitMs} ms`);
  const [, current, leftMs] = answers.map(([error, value]) => {
    if (error !== null) throw error;
    return Number(value);
  });
  return { current: current ?? 0, leftMs: leftMs ?? 0 };
}
