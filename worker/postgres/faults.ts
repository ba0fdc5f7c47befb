import { findCause, isOfSystem } from '../../shared/cause.ts';
import { PulseError } from '../errors.ts';

/** What the driver gives of an answer of Postgres. */
interface DatabaseFault {
  /** The SQLSTATE. */
  readonly code?: unknown;
  readonly severity?: unknown;
  readonly message?: unknown;
}

/**
 * SQLSTATEs that say something of the server and nothing of the document: broken connections (08),
 * a login or a right that is missing (28, 42501), no database, schema, table or column of ours
 * (3D000, 3F000, 42P01, 42703: a database that was restored, or the wrong one), no room, memory or
 * free connection (53), a server that stops, starts or recovers (57), its disk and its files (58,
 * F0).
 */
const aboutServer = /^(08|28|3D000|3F000|42501|42P01|42703|53|57|58|F0)/;
/**
 * Deadlocks, failures of serialisation, objects in use, a statement that somebody cancelled,
 * internal errors: the next attempt may succeed, and one document may be the reason.
 */
const repeatable = /^(40|55|57014|XX)/;

/** The driver's own words, before any statement. */
const lacksTls = /does not support SSL|error establishing an SSL connection/;

/** @returns whether the server takes no writes: a standby, a demoted primary, one that is fenced */
export function isReadOnly(error: unknown): boolean {
  const { state, message } = readFault(error);
  return state === '25006' || (state === '55000' && /recovery is in progress/.test(message));
}

/**
 * @returns whether the connection does not have the statement that was prepared on it, or has
 *   another of its name: a pooler gave it to somebody else, or the schema changed since
 */
export function hasLostStatement(error: unknown): boolean {
  const { state, message } = readFault(error);
  if (state === '26000' || state === '42P05') return true;
  if (state === '0A000') return /cached plan/.test(message);
  return state === '08P01' && /prepared statement/.test(message);
}

/** @returns whether nothing was done and the same statement may succeed at once */
export function mayRepeatAtOnce(error: unknown): boolean {
  return (
    isReadOnly(error) || hasLostStatement(error) || /^(40001|40P01)$/.test(readFault(error).state)
  );
}

/** @returns what an error of the driver means for the job that met it */
export function toPostgresError(error: unknown): PulseError {
  if (error instanceof PulseError) return error;
  const { kind, message } = findCause(error);
  const { state, isFatal } = readFault(error);
  const said = `Postgres: ${message}${state === '' ? '' : ` (${state})`}`;
  if (isReadOnly(error)) return readOnlyError(said, error);
  if (hasLostStatement(error)) return new PulseError('POSTGRES_POOLER', 'away', said, error);
  if (kind === 'login refused') return new PulseError('POSTGRES_AUTH', 'away', said, error);
  if (/timeout/i.test(message) || kind === 'timed out')
    return new PulseError('POSTGRES_TIMEOUT', 'away', said, error);
  if (kind === 'certificate') return new PulseError('POSTGRES_ANSWER', 'away', said, error);
  if (state === '' && lacksTls.test(message))
    return new PulseError('POSTGRES_ANSWER', 'away', said, error);
  if ((kind !== 'error answer' && kind !== 'garbled') || (state === '' && isOfSystem(error)))
    return new PulseError('POSTGRES_UNREACHABLE', 'away', said, error);
  if (/^(08|57(?!014)|53300)/.test(state))
    return new PulseError('POSTGRES_UNREACHABLE', 'away', said, error);
  return new PulseError('POSTGRES_ANSWER', kindOf(state, isFatal), said, error);
}

/** @param said what the server answered, or how it was found out */
export function readOnlyError(said: string, cause?: unknown): PulseError {
  return new PulseError('POSTGRES_READ_ONLY', 'away', said, cause);
}

/** An answer that ends the session (FATAL) is never about the statement, whatever its SQLSTATE. */
function kindOf(state: string, isFatal: boolean): PulseError['kind'] {
  if (state === '' || repeatable.test(state)) return isFatal ? 'away' : 'retryable';
  return isFatal || aboutServer.test(state) ? 'away' : 'final';
}

function readFault(error: unknown): { state: string; isFatal: boolean; message: string } {
  const { code, severity, message } = Object(error) as DatabaseFault;
  // Errors of the system have a code as well, and no severity.
  const isAnswer = typeof severity === 'string' && typeof code === 'string';
  return {
    state: isAnswer ? code : '',
    isFatal: severity === 'FATAL' || severity === 'PANIC',
    message: String(message),
  };
}
