import type { Socket } from 'node:net';

import pg from 'pg';
import type { ClientBase, Pool, PoolConfig } from 'pg';

import type { Logger } from '../logs.ts';
import { hasLostStatement, isReadOnly, readOnlyError, toPostgresError } from './faults.ts';

export interface PoolOptions extends PoolConfig {
  /**
   * Whether a server may be asked that takes no writes. What it answers may be old, so whoever
   * removes what is not there must not ask it.
   */
  readonly mayBeReadOnly: boolean;
}

/** How many times the connections of a pool were given up, and how often before each was opened. */
interface Ages {
  now: number;
  readonly of: WeakMap<ClientBase, number>;
}

/**
 * Opens a pool whose connections follow a change of roles behind one address. A failed-over
 * address, a proxy or a DNS name leads new connections to the new primary, while those that are
 * open still lead to the old one, which answers reads and refuses writes: after one refusal all of
 * them are given up.
 */
export function openPool({ mayBeReadOnly, ...config }: PoolOptions, log: Logger): Pool {
  const ages: Ages = { now: 0, of: new WeakMap() };
  const pool = new pg.Pool({
    ...config,
    // pg-pool waits for the promise, which its types do not say, and only then looks whether the
    // request was given up. With `verify` it looks before: a request that is given up meanwhile is
    // answered twice, and its statement runs or its connection is lost.
    onConnect: (client): unknown => {
      ages.of.set(client, ages.now);
      return mayBeReadOnly ? undefined : refuseReadOnly(client);
    },
  });
  // A connection that breaks while it is in use says so to its statement. Without a listener of its
  // own it would also end the process.
  pool.on('connect', (client) => client.on('error', () => undefined));
  pool.on('error', (error) => log.info({ err: error }, 'Postgres closed a connection'));
  giveUpOutdated(pool, ages, log);
  return pool;
}

/** As libpq's `target_session_attrs=read-write`, which the driver does not know. */
async function refuseReadOnly(client: ClientBase): Promise<void> {
  try {
    const { rows } = await client.query<{ transaction_read_only: string }>(
      'SHOW transaction_read_only',
    );
    if (rows[0]?.transaction_read_only === 'on')
      throw readOnlyError('Postgres: the server takes no writes');
  } catch (error) {
    // pg-pool passes the error on when the connection has ended. A server that is shut down after
    // its answer does not end it, and the system gives up only after minutes.
    (client as ClientBase & { connection: { stream: Socket } }).connection.stream.destroy();
    throw error;
  }
}

/**
 * Closes all connections that are older than an answer which shows that they lead to another server
 * than they did: idle ones at once, others when they are released.
 */
function giveUpOutdated(pool: Pool, ages: Ages, log: Logger): void {
  const isOutdated = (client: ClientBase): boolean => (ages.of.get(client) ?? ages.now) < ages.now;
  const closeOneIdle = async (): Promise<void> => {
    try {
      const client = await pool.connect();
      client.release(isOutdated(client));
    } catch {
      // No connection is left, which is as good.
    }
  };
  pool.on('release', (error, client) => {
    if (isOutdated(client)) {
      void client.end();
    } else if (isReadOnly(error) || hasLostStatement(error)) {
      ages.now += 1;
      const idle = pool.idleCount;
      log.warn(
        { err: toPostgresError(error), idle },
        'the connections to Postgres are given up for new ones',
      );
      for (let count = 0; count < idle; count += 1) void closeOneIdle();
    }
  });
}
