import { EventEmitter } from 'node:events';

import type { ClientBase } from 'pg';
import { describe, expect, test } from 'vitest';

import { createLogger } from '../../../../worker/logs.ts';
import { openPool } from '../../../../worker/postgres/pool.ts';
import { eventually } from '../../../harness/eventually.ts';

/** What a new connection answers when it is asked whether the server is read-only. */
type Answer = 'on' | 'on, and gone' | 'off';

/**
 * A pool whose driver connects at once.
 *
 * @returns also the statements that the driver was given, and the answers that are left
 */
function open({ max, answers }: { max: number; answers: readonly (Answer | Promise<Answer>)[] }) {
  const left = [...answers];
  const statements: string[] = [];
  class Client extends EventEmitter {
    _queryable = true;
    _ending = false;
    /** The server is gone without a word: only the system, or this side, ends the connection. */
    isGone = false;
    connection = { stream: { destroy: () => void (this.isGone = false) } };

    connect(done: () => void): void {
      process.nextTick(done);
    }

    async query(text: string, _values: unknown, done?: (error: null) => void): Promise<unknown> {
      if (text === 'SHOW transaction_read_only') {
        const answer = await left.shift();
        this.isGone = answer === 'on, and gone';
        return { rows: [{ transaction_read_only: answer?.split(',')[0] }] };
      }
      statements.push(text);
      done?.(null);
      return undefined;
    }

    end(done?: () => void): void {
      this._ending = true;
      if (!this.isGone) done?.();
    }
  }
  const driver = Client as unknown as new () => ClientBase;
  const log = createLogger('ERROR', 'w-1');
  const options = { Client: driver, max, connectionTimeoutMillis: 20, mayBeReadOnly: false };
  return { pool: openPool(options, log), statements, left };
}

const timeout = 'timeout exceeded when trying to connect';

describe('a pool whose new connection answers only after the request was given up', () => {
  test('does not run the statement that it reported as failed', async () => {
    const slow = Promise.withResolvers<Answer>();
    const { pool, statements } = open({ max: 1, answers: ['off', slow.promise] });
    const first = await pool.connect();
    const late = pool.query('INSERT');
    first.release(true);
    await expect(late).rejects.toThrow(timeout);
    slow.resolve('off');
    await pool.query('SELECT');
    expect(statements).toEqual(['SELECT']);
  });

  test('gives the connection to the next request', async () => {
    const slow = Promise.withResolvers<Answer>();
    const { pool } = open({ max: 1, answers: ['off', slow.promise] });
    const first = await pool.connect();
    const late = pool.connect();
    first.release(true);
    await expect(late).rejects.toThrow(timeout);
    slow.resolve('off');
    (await pool.connect()).release();
    const { totalCount, idleCount, waitingCount } = pool;
    expect({ totalCount, idleCount, waitingCount }).toEqual({
      totalCount: 1,
      idleCount: 1,
      waitingCount: 0,
    });
    await pool.end();
  });
});

test.each(['on', 'on, and gone'] as const)(
  'a pool refuses a server that takes no writes (%s), and asks the next one',
  async (answer) => {
    const { pool, statements } = open({ max: 1, answers: [answer, 'off'] });
    await expect(pool.query('INSERT')).rejects.toMatchObject({ code: 'POSTGRES_READ_ONLY' });
    expect(pool.totalCount).toBe(0);
    await pool.query('INSERT again');
    expect(statements).toEqual(['INSERT again']);
  },
);

test('a pool keeps no connection whose question failed', async () => {
  const broken = Promise.reject<Answer>(new Error('Query read timeout'));
  const { pool } = open({ max: 1, answers: [broken] });
  await expect(pool.connect()).rejects.toThrow('Query read timeout');
  expect(pool.totalCount).toBe(0);
  await pool.end();
});

test('a pool gives up a connection that was opened before a refusal and answered after it', async () => {
  const slow = Promise.withResolvers<Answer>();
  const { pool, left } = open({ max: 2, answers: ['off', slow.promise] });
  const first = await pool.connect();
  const opening = pool.connect();
  await eventually('a second connection that was asked', () => left.length === 0);
  const refusal = { code: '25006', severity: 'ERROR' };
  first.release(Object.assign(new Error('read-only transaction'), refusal));
  slow.resolve('off');
  (await opening).release();
  expect(pool.totalCount).toBe(0);
});
