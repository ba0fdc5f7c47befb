import { Redis } from 'ioredis';

import { redis as probe } from '../../healthchecks/redis.ts';
import { findCause } from '../../shared/cause.ts';
import { PulseError } from '../errors.ts';
import type { Logger } from '../logs.ts';

/**
 * A connection on which an answer is missing for this long is closed: nothing else shows that it is
 * half-open. It is longer than any script of the queues or blocking read takes.
 */
const socketTimeoutMs = 20_000;

/** For a producer's command; with one retry, submitting a document takes at most some 10 s. */
const commandTimeoutMs = 5_000;

/**
 * Opens a connection whose commands fail soon while Redis is away: what is to be done is in
 * Postgres already, and the sweep enqueues it later.
 */
export function openProducerConnection(redisUrl: string, log: Logger): Redis {
  return openConnection(redisUrl, log, {
    maxRetriesPerRequest: 1,
    connectTimeout: commandTimeoutMs,
    commandTimeout: commandTimeoutMs,
  });
}

/** Opens a connection whose commands wait until Redis is back. */
export function openConsumerConnection(redisUrl: string, log: Logger): Redis {
  return openConnection(redisUrl, log, { maxRetriesPerRequest: null });
}

function openConnection(
  redisUrl: string,
  log: Logger,
  options: {
    maxRetriesPerRequest: number | null;
    connectTimeout?: number;
    commandTimeout?: number;
  },
): Redis {
  const opened = new Redis(redisUrl, { socketTimeout: socketTimeoutMs, ...options });
  opened.on('error', (error) =>
    log.warn(
      { err: toRedisError(error) },
      'no connection to Redis; it is tried again until there is one',
    ),
  );
  return opened;
}

/**
 * Answers of a Redis that cannot do something now and can after a while or a repair: it loads its
 * data, its memory or disk is full, it became a replica.
 */
const passing = /^(LOADING|OOM|MISCONF|READONLY|BUSY|TRYAGAIN|CLUSTERDOWN|MASTERDOWN)/;

/** ioredis's own errors of commands that it gives up. They have no cause. */
const disconnected =
  /max retries per request|Connection is closed|Stream isn't writeable|Socket timeout/i;

/** @returns what an error of a call to Redis means for the job that met it */
export function toRedisError(error: unknown): PulseError {
  if (error instanceof PulseError) return error;
  const { trouble, message } = findCause(error);
  if (/timed out/i.test(message))
    return new PulseError('REDIS_TIMEOUT', 'away', `Redis: ${message}`, error);
  if (disconnected.test(message))
    return new PulseError('REDIS_UNREACHABLE', 'away', `Redis: ${message}`, error);
  return new PulseError(
    probe.trouble[trouble],
    trouble !== 'answer' || passing.test(message) ? 'away' : 'retryable',
    `Redis: ${message}`,
    error,
  );
}
