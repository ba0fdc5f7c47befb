import type { Pool, QueryConfig, QueryResultRow } from 'pg';

import { findCause } from '../../shared/cause.ts';
import { PulseError } from '../errors.ts';

export interface Statement {
  /**
   * With a name, Postgres parses and plans the statement once per connection, which is half the
   * cost of a small one.
   */
  readonly name?: string;
  readonly text: string;
  /** Replaces the pool's own time limit. */
  readonly limitMs?: number;
}

/**
 * Asks Postgres.
 *
 * @returns the rows
 * @throws PulseError of kind `away` when it cannot be reached or is just (re)starting; else with
 *   its answer
 */
export async function ask<Row extends QueryResultRow>(
  pool: Pick<Pool, 'query'>,
  statement: Statement | string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const asked = typeof statement === 'string' ? { text: statement } : statement;
  try {
    return (await pool.query<Row>(buildQuery(asked, values))).rows;
  } catch (error) {
    throw toPostgresError(error);
  }
}

/** @returns the query as pg takes it; pg's types do not know that it takes a time limit */
export function buildQuery(
  { name, text, limitMs }: Statement,
  values: readonly unknown[] = [],
): QueryConfig {
  return {
    text,
    values: [...values],
    ...(name === undefined ? {} : { name }),
    ...(limitMs === undefined ? {} : { query_timeout: limitMs }),
  };
}

/**
 * SQLSTATE classes that pass by themselves: broken connections, a server that stops or starts, no
 * free connection.
 */
const passing = /^(08|57P|53300)/;
/**
 * Deadlocks, failures of serialisation, and resources such as a full disk: the next attempt may
 * succeed.
 */
const repeatable = /^(40|53|55P03|58)/;

/** @returns what an error of the driver means for the job that met it */
export function toPostgresError(error: unknown): PulseError {
  const { kind, message } = findCause(error);
  const state = (error as { code?: unknown }).code;
  const sqlState = kind === 'error answer' && typeof state === 'string' ? state : '';
  if (kind === 'login refused')
    return new PulseError('POSTGRES_AUTH', 'away', `Postgres: ${message}`, error);
  if (/timeout/i.test(message) || kind === 'timed out')
    return new PulseError('POSTGRES_TIMEOUT', 'away', `Postgres: ${message}`, error);
  if (kind !== 'error answer' && kind !== 'garbled')
    return new PulseError('POSTGRES_UNREACHABLE', 'away', `Postgres: ${message}`, error);
  if (passing.test(sqlState))
    return new PulseError('POSTGRES_UNREACHABLE', 'away', `Postgres: ${message}`, error);
  return new PulseError(
    'POSTGRES_ANSWER',
    repeatable.test(sqlState) || sqlState === '' ? 'retryable' : 'final',
    `Postgres: ${message}${sqlState === '' ? '' : ` (${sqlState})`}`,
    error,
  );
}
