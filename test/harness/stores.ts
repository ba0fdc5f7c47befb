import { randomBytes } from 'node:crypto';

import {
  httpHealthCommand,
  postgresHealthCommand,
  redisHealthCommand,
} from '../../healthchecks/container.ts';
import { startServer } from './server.ts';
import type { Server } from './server.ts';
import { timed } from './timed.ts';

/**
 * What a test needs to reach a set of stores; plain data, so that one process can hand it to
 * another.
 */
export interface StoreAddresses {
  /** host:port of each. */
  readonly postgres: string;
  readonly redis: string;
  readonly qdrant: string;
  /** That of Postgres's role, and of Redis. */
  readonly password: string;
}

/** The three stores a worker needs, real engines in the stack's own images. */
export interface Stores extends AsyncDisposable {
  readonly addresses: StoreAddresses;
  readonly postgres: Server;
  readonly redis: Server;
  readonly qdrant: Server;
}

export const role = 'firecrawl';
const postgresData = '/var/lib/postgresql/data';
/** One logical database for each test stack of a run. */
const redisDatabases = '10000';

/** Starts a set of stores; the address of each is the same after a restart. */
export function openStores(options: StoresOptions = {}): Promise<Stores> {
  return timed('start of stores', () => startStores(options));
}

interface StoresOptions {
  /** Whether Postgres keeps its data over a restart; without, it waits for no disk. */
  readonly durable?: boolean;
}

async function startStores({ durable = true }: StoresOptions): Promise<Stores> {
  const password = randomBytes(24).toString('hex');
  const started = await Promise.allSettled([
    startServer({
      name: 'postgres',
      port: 5432,
      check: postgresHealthCommand(),
      command: [
        'postgres',
        '-c',
        'max_connections=400',
        ...(durable ? [] : ['-c', 'fsync=off', '-c', 'full_page_writes=off']),
      ],
      ...(durable ? {} : { folderInMemory: postgresData }),
      env: {
        POSTGRES_USER: role,
        POSTGRES_PASSWORD: password,
        POSTGRES_DB: role,
        PGDATA: postgresData,
      },
    }),
    startServer({
      name: 'redis',
      port: 6379,
      check: redisHealthCommand(),
      env: { REDIS_PASSWORD: password },
      command: [
        'redis-server',
        '--requirepass',
        password,
        '--appendonly',
        'yes',
        '--save',
        '3600 1',
        '--maxmemory-policy',
        'noeviction',
        '--databases',
        redisDatabases,
      ],
    }),
    startServer({ name: 'qdrant', port: 6333, check: httpHealthCommand(6333, '/readyz') }),
  ]);
  const servers = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const close = async () =>
    void (await Promise.all(servers.map((one) => one[Symbol.asyncDispose]())));
  const failed = started.find((one) => one.status === 'rejected');
  if (failed !== undefined) {
    await close();
    throw failed.reason;
  }
  const [postgres, redis, qdrant] = servers as [Server, Server, Server];
  return {
    postgres,
    redis,
    qdrant,
    addresses: {
      postgres: postgres.authority,
      redis: redis.authority,
      qdrant: qdrant.authority,
      password,
    },
    [Symbol.asyncDispose]: close,
  };
}
