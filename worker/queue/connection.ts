import { Redis } from 'ioredis';

import type { Logger } from '../logs.ts';
import { isPassing, isReplica, toRedisError } from './faults.ts';

/**
 * A connection on which an answer is missing for this long is closed: nothing else shows that it is
 * half-open. It is longer than any script of the queues or blocking read takes.
 */
const socketTimeoutMs = 20_000;

/** For a producer's command; with one retry, submitting a document takes at most some 10 s. */
const commandTimeoutMs = 5_000;

/** Between two tries at a server that answers, and refuses: to connect costs it something. */
const refusedRetryMs = 1_000;

/**
 * Opens a connection whose commands fail soon while Redis is away: what is to be done is in
 * Postgres already, and the sweep enqueues it later. After the answer of a replica the next command
 * has a new connection: an open one stays with the server that was demoted.
 */
export function openProducerConnection(redisUrl: string, log: Logger): Redis {
  let refusedAtMs = -Infinity;
  return openConnection(redisUrl, log, {
    maxRetriesPerRequest: 1,
    connectTimeout: commandTimeoutMs,
    commandTimeout: commandTimeoutMs,
    reconnectOnError: (error) => {
      if (!isReplica(error) || performance.now() - refusedAtMs < refusedRetryMs) return false;
      refusedAtMs = performance.now();
      log.warn({ err: toRedisError(error) }, 'Redis is a replica; the next command connects again');
      return true;
    },
  });
}

/**
 * Opens a connection whose commands wait until Redis is back, and until it takes them: each that is
 * refused for now is sent again on a new connection. BullMQ would repeat it at once, thousands of
 * times a second, or take a job for failed. It makes connections of its own with the same options.
 */
export function openConsumerConnection(redisUrl: string, log: Logger): Redis {
  let refusedAtMs = -Infinity;
  return openConnection(redisUrl, log, {
    maxRetriesPerRequest: null,
    reconnectOnError: (error) => {
      if (!isPassing(error)) return false;
      refusedAtMs = performance.now();
      log.warn(
        { err: toRedisError(error) },
        'Redis refuses commands; they are sent until it takes them',
      );
      return 2; // and sends the command again
    },
    retryStrategy: (times) =>
      performance.now() - refusedAtMs < refusedRetryMs
        ? refusedRetryMs
        : Math.min(times * 50, 2_000),
  });
}

interface ConnectionOptions {
  readonly maxRetriesPerRequest: number | null;
  readonly connectTimeout?: number;
  readonly commandTimeout?: number;
  readonly reconnectOnError: (error: Error) => boolean | 2;
  readonly retryStrategy?: (times: number) => number;
}

function openConnection(redisUrl: string, log: Logger, options: ConnectionOptions): Redis {
  const opened = new Redis(redisUrl, { socketTimeout: socketTimeoutMs, ...options });
  opened.on('error', (error) =>
    log.warn(
      { err: toRedisError(error) },
      'no connection to Redis; it is tried again until there is one',
    ),
  );
  return opened;
}
