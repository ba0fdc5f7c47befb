import pg from 'pg';
import type { Pool, PoolClient, PoolConfig } from 'pg';

import type { Logger } from '../logs.ts';
import { hasLostStatement, isReadOnly, readOnlyError, toPostgresError } from './faults.ts';

export interface PoolOptions extends PoolConfig {
  /**
   * Whether a server may be asked that takes no writes. What it answers may be old, so whoever
   * removes what is not there must not ask it.
   */
  readonly mayBeReadOnly: boolean;
}

/**
 * Opens a pool whose connections follow a change of roles behind one address. A failed-over
 * address, a proxy or a DNS name leads new connections to the new primary, while those that are
 * open still lead to the old one, which answers reads and refuses writes: after one refusal all of
 * them are given up.
 */
export function openPool({ mayBeReadOnly, ...config }: PoolOptions, log: Logger): Pool {
  const pool = new pg.Pool({ ...config, ...(mayBeReadOnly ? {} : { verify: refuseReadOnly }) });
  // A connection that breaks while it is in use says so to its statement. Without a listener of its
  // own it would also end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', (error) => log.info({ err: error }, 'Postgres closed a connection'));
  giveUpOutdated(pool, log);
  return pool;
}

/** As libpq's `target_session_attrs=read-write`, which the driver does not know. */
function refuseReadOnly(client: PoolClient, done: (error?: Error) => void): void {
  client.query<{ transaction_read_only: string }>(
    'SHOW transaction_read_only',
    (error: Error | null, found) => {
      const isOn = found?.rows[0]?.transaction_read_only === 'on';
      done(error ?? (isOn ? readOnlyError('Postgres: the server takes no writes') : undefined));
    },
  );
}

/**
 * Closes all connections that are older than an answer which shows that they lead to another server
 * than they did: idle ones at once, others when they are released.
 */
function giveUpOutdated(pool: Pool, log: Logger): void {
  const ages = new WeakMap<PoolClient, number>();
  let age = 0;
  const isOutdated = (client: PoolClient): boolean => (ages.get(client) ?? age) < age;
  const closeOneIdle = async (): Promise<void> => {
    try {
      const client = await pool.connect();
      client.release(isOutdated(client));
    } catch {
      // No connection is left, which is as good.
    }
  };
  pool.on('connect', (client) => ages.set(client, age));
  pool.on('release', (error, client) => {
    if (isOutdated(client)) {
      void client.end();
    } else if (isReadOnly(error) || hasLostStatement(error)) {
      age += 1;
      const idle = pool.idleCount;
      log.warn(
        { err: toPostgresError(error), idle },
        'the connections to Postgres are given up for new ones',
      );
      for (let count = 0; count < idle; count += 1) void closeOneIdle();
    }
  });
}
