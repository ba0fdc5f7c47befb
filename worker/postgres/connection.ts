import type { Pool, QueryConfig, QueryResultRow } from 'pg';

import { mayRepeatAtOnce, toPostgresError } from './faults.ts';

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
 * Asks Postgres. After a deadlock, a failure of serialisation, a refusal to write, or where the
 * connection does not have the prepared statement, nothing was done: the statement is tried once
 * more, on a new connection.
 *
 * @returns the rows
 * @throws PulseError of kind `away` for what concerns the server and not the statement
 */
export async function ask<Row extends QueryResultRow>(
  pool: Pick<Pool, 'query'>,
  statement: Statement | string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  const asked = typeof statement === 'string' ? { text: statement } : statement;
  const query = buildQuery(asked, values);
  const repeatOnce = (error: unknown) => {
    if (mayRepeatAtOnce(error)) return pool.query<Row>(query);
    throw error;
  };
  try {
    return (await pool.query<Row>(query).catch(repeatOnce)).rows;
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
