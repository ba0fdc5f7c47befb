import type { Pool } from 'pg';
import { describe, expect, test } from 'vitest';

import { ask } from '../../../../worker/postgres/connection.ts';
import { toPostgresError } from '../../../../worker/postgres/faults.ts';

const answer = (code: string, message = 'words', severity = 'ERROR') =>
  Object.assign(new Error(message), { code, severity });

describe('an answer of Postgres', () => {
  test.each([
    ['a demoted primary', '25006', 'POSTGRES_READ_ONLY', 'away'],
    ['a stop', '57P01', 'POSTGRES_UNREACHABLE', 'away'],
    ['a crash of another session', '57P02', 'POSTGRES_UNREACHABLE', 'away'],
    ['a start, or recovery', '57P03', 'POSTGRES_UNREACHABLE', 'away'],
    ['a broken connection', '08006', 'POSTGRES_UNREACHABLE', 'away'],
    ['a transaction whose end is unknown', '08007', 'POSTGRES_UNREACHABLE', 'away'],
    ['too many connections', '53300', 'POSTGRES_UNREACHABLE', 'away'],
    ['a full disk', '53100', 'POSTGRES_ANSWER', 'away'],
    ['too little memory', '53200', 'POSTGRES_ANSWER', 'away'],
    ['a disk that fails', '58030', 'POSTGRES_ANSWER', 'away'],
    ['a database that is not there', '3D000', 'POSTGRES_ANSWER', 'away'],
    ['a table that is not there', '42P01', 'POSTGRES_ANSWER', 'away'],
    ['a right that is missing', '42501', 'POSTGRES_ANSWER', 'away'],
    ['a wrong password', '28P01', 'POSTGRES_AUTH', 'away'],
    ['a statement of a pooler', '26000', 'POSTGRES_POOLER', 'away'],
    ['a statement of somebody else', '42P05', 'POSTGRES_POOLER', 'away'],
    ['a failure of serialisation', '40001', 'POSTGRES_ANSWER', 'retryable'],
    ['a deadlock', '40P01', 'POSTGRES_ANSWER', 'retryable'],
    ['a statement that was cancelled', '57014', 'POSTGRES_ANSWER', 'retryable'],
    ['a page that is damaged', 'XX001', 'POSTGRES_ANSWER', 'retryable'],
    ['a text that it cannot store', '22P05', 'POSTGRES_ANSWER', 'final'],
    ['a row that is too large', '54000', 'POSTGRES_ANSWER', 'final'],
    ['a wrong statement', '42601', 'POSTGRES_ANSWER', 'final'],
  ])('about %s (%s) is %s and %s', (_, state, code, kind) => {
    expect(toPostgresError(answer(state))).toMatchObject({ code, kind });
  });

  test.each([
    ['XX000', 'Max client connections reached', 'FATAL', 'POSTGRES_ANSWER', 'away'],
    [
      '55000',
      'cannot do this while recovery is in progress',
      'ERROR',
      'POSTGRES_READ_ONLY',
      'away',
    ],
    ['08P01', 'prepared statement "latest" needs 1', 'ERROR', 'POSTGRES_POOLER', 'away'],
    ['08P01', 'query_wait_timeout', 'FATAL', 'POSTGRES_TIMEOUT', 'away'],
    ['57014', 'canceling statement due to statement timeout', 'ERROR', 'POSTGRES_TIMEOUT', 'away'],
    ['0A000', 'cross-database references', 'ERROR', 'POSTGRES_ANSWER', 'final'],
  ])('%s "%s" with %s is %s and %s', (state, message, severity, code, kind) => {
    expect(toPostgresError(answer(state, message, severity))).toMatchObject({ code, kind });
  });

  test.each([
    ['CERT_HAS_EXPIRED', 'certificate has expired', 'POSTGRES_ANSWER', 'away'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'no first one', 'POSTGRES_ANSWER', 'away'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'another host', 'POSTGRES_ANSWER', 'away'],
    [undefined, 'The server does not support SSL connections', 'POSTGRES_ANSWER', 'away'],
    ['EMFILE', 'connect EMFILE', 'POSTGRES_UNREACHABLE', 'away'],
    ['ENOENT', 'connect ENOENT /run/postgres', 'POSTGRES_UNREACHABLE', 'away'],
    ['EACCES', 'connect EACCES', 'POSTGRES_UNREACHABLE', 'away'],
    ['ENOBUFS', 'connect ENOBUFS', 'POSTGRES_UNREACHABLE', 'away'],
    ['ERR_INVALID_ARG_TYPE', 'a value of a wrong type', 'POSTGRES_ANSWER', 'retryable'],
    [undefined, 'the moon is in the way', 'POSTGRES_ANSWER', 'retryable'],
  ])('is none where the system or TLS gives %s, "%s": %s and %s', (system, words, code, kind) => {
    const error = Object.assign(new Error(words), system !== undefined && { code: system });
    expect(toPostgresError(error)).toMatchObject({ code, kind });
  });

  const afterwards = { rows: [{ done: true }] };
  const asking = async (...answers: readonly (Error | typeof afterwards)[]) => {
    const left = [...answers];
    const query = async () => {
      const next = left.shift();
      if (next instanceof Error) throw next;
      return next;
    };
    return ask({ query } as unknown as Pick<Pool, 'query'>, 'SELECT 1');
  };

  test.each([
    ['26000', 'prepared statement "latest" does not exist'],
    ['42P05', 'prepared statement "latest" already exists'],
    ['0A000', 'cached plan must not change result type'],
    ['40001', 'could not serialize access'],
    ['40P01', 'deadlock detected'],
    ['25006', 'cannot execute INSERT in a read-only transaction'],
  ])('of %s is tried once more before anybody hears of it', async (state, message) => {
    expect(await asking(answer(state, message), afterwards)).toEqual(afterwards.rows);
    await expect(
      asking(answer(state, message), answer(state, message), afterwards),
    ).rejects.toMatchObject({ message: `Postgres: ${message} (${state})` });
  });

  test('of anything else is heard of at once', async () => {
    await expect(asking(answer('57P01'), afterwards)).rejects.toMatchObject({ kind: 'away' });
  });
});
