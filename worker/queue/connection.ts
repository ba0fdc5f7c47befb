import { Redis } from 'ioredis';

import { redis as probe } from '../../healthchecks/redis.ts';
import { findCause } from '../../shared/cause.ts';
import { PulseError } from '../errors.ts';
import type { Logger } from '../logs.ts';

/**
 * A peer that owes an answer for this long is gone: nothing else tells of a half-open connection.
 * Longer than any script of the queues, or a blocking read.
 */
const silenceMs = 20_000;

/** A producer's command: whoever brings a document waits some 10 s for an answer. */
const answerMs = 5_000;

/**
 * Fails soon when Redis is away: what is to be done stands in Postgres already, and the sweep rings
 * later.
 */
export function openProducerConnection(redisUrl: string, log: Logger): Redis {
  return connection(redisUrl, log, {
    maxRetriesPerRequest: 1,
    connectTimeout: answerMs,
    commandTimeout: answerMs,
  });
}

/** Never gives up: a worker outlives its Redis. */
export function openConsumerConnection(redisUrl: string, log: Logger): Redis {
  return connection(redisUrl, log, { maxRetriesPerRequest: null });
}

function connection(
  redisUrl: string,
  log: Logger,
  options: {
    maxRetriesPerRequest: number | null;
    connectTimeout?: number;
    commandTimeout?: number;
  },
): Redis {
  const opened = new Redis(redisUrl, { socketTimeout: silenceMs, ...options });
  opened.on('error', (error) =>
    log.warn(
      { err: toRedisError(error) },
      'no connection to Redis; it is tried again until there is one',
    ),
  );
  return opened;
}

/**
 * What Redis is not able to do now, and will be after a while or a repair: it loads its data, its
 * memory or disk is full, it became a replica.
 */
const passing = /^(LOADING|OOM|MISCONF|READONLY|BUSY|TRYAGAIN|CLUSTERDOWN|MASTERDOWN)/;

/** What an error of a conversation with Redis means for the job that met it. */
export function toRedisError(error: unknown): PulseError {
  if (error instanceof PulseError) return error;
  const { trouble, message } = findCause(error);
  // ioredis gives up on a command without a cause, or with the connection's
  if (/timed out/i.test(message))
    return new PulseError('REDIS_TIMEOUT', 'away', `Redis: ${message}`, error);
  const cutOff =
    /max retries per request|Connection is closed|Stream isn't writeable|Socket timeout/i.test(
      message,
    );
  if (cutOff) return new PulseError('REDIS_UNREACHABLE', 'away', `Redis: ${message}`, error);
  return new PulseError(
    probe.trouble[trouble],
    trouble !== 'answer' || passing.test(message) ? 'away' : 'retryable',
    `Redis: ${message}`,
    error,
  );
}
