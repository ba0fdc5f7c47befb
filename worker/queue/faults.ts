import { redis as probe } from '../../healthchecks/redis.ts';
import { findCause, isOfSystem } from '../../shared/cause.ts';
import { PulseError } from '../errors.ts';

/** ioredis's own errors of commands that it gives up. They have no cause. */
const disconnected =
  /max retries per request|Connection is closed|Stream isn't writeable|Socket timeout/i;

/**
 * What Redis and Valkey answer while they cannot do something now, and can after a while or a
 * repair: another role, data that is loaded, a master that is gone, a slot that moves, a cluster
 * that is not whole, a script that runs, replicas that are missing, memory or disk that is full.
 */
const passing = new Set([
  'READONLY',
  'UNBLOCKED',
  'LOADING',
  'MASTERDOWN',
  'TRYAGAIN',
  'CLUSTERDOWN',
  'BUSY',
  'UNKILLABLE',
  'NOREPLICAS',
  'NOGOODSLAVE',
  'OOM',
  'MISCONF',
  'INPROG',
]);

/** @returns whether a command that was refused may be taken later, as it is */
export function isPassing(error: unknown): boolean {
  return passing.has(readAnswer(error).word) || lacksRight(error);
}

/** @returns whether the server has become a replica, which a new connection may not lead to */
export function isReplica(error: unknown): boolean {
  return ['READONLY', 'UNBLOCKED', 'MASTERDOWN'].includes(readAnswer(error).word);
}

/** @returns what an error of a call to Redis means for the job that met it */
export function toRedisError(error: unknown): PulseError {
  if (error instanceof PulseError) return error;
  const { kind, trouble, message } = findCause(error);
  const said = `Redis: ${message}`;
  if (isReplica(error)) return new PulseError('REDIS_READ_ONLY', 'away', said, error);
  if (lacksRight(error)) return new PulseError('REDIS_RIGHTS', 'away', said, error);
  if (lacksLogin(error)) return new PulseError('REDIS_AUTH', 'away', said, error);
  // A job names a document and nothing else: no answer of Redis is about what is in it.
  if (readAnswer(error).word !== '')
    return new PulseError(probe.trouble[trouble], 'away', said, error);
  if (/timed out/i.test(message)) return new PulseError('REDIS_TIMEOUT', 'away', said, error);
  if (disconnected.test(message)) return new PulseError('REDIS_UNREACHABLE', 'away', said, error);
  if (trouble !== 'answer' || kind === 'certificate')
    return new PulseError(probe.trouble[trouble], 'away', said, error);
  if (isOfSystem(error)) return new PulseError('REDIS_UNREACHABLE', 'away', said, error);
  return new PulseError(probe.trouble[trouble], 'retryable', said, error);
}

/** The last two are of Redis 5 and of a server that has no password. */
function lacksLogin(error: unknown): boolean {
  const { word, message } = readAnswer(error);
  if (word === 'NOAUTH' || word === 'WRONGPASS') return true;
  return word === 'ERR' && /^ERR (invalid password|.*\bAUTH\b)/.test(message);
}

function lacksRight(error: unknown): boolean {
  const { word, message } = readAnswer(error);
  return word === 'NOPERM' || (word === 'ERR' && message.includes('ACL failure in script'));
}

/**
 * @returns the first word of an answer, which says what is wrong; empty for an error that is none.
 *   Redis 6 quotes the answer to a command of a script, and a transaction only counts those of its
 *   commands
 */
function readAnswer(error: unknown): { word: string; message: string } {
  if (!(error instanceof Error) || error.name !== 'ReplyError') return { word: '', message: '' };
  const { previousErrors = [] } = error as { previousErrors?: readonly unknown[] };
  if (error.message.startsWith('EXECABORT') && previousErrors.length > 0)
    return readAnswer(previousErrors[0]);
  const [, word = ''] = /^(?:ERR .*@user_script.*?: ?-)?([A-Z]+)\b/.exec(error.message) ?? [];
  return { word, message: error.message };
}

/** @throws PulseError whose code begins with REDIS, in place of what the client throws */
export async function withRedisErrors<T>(request: () => Promise<T>): Promise<T> {
  try {
    return await request();
  } catch (error) {
    throw toRedisError(error);
  }
}
