import { Redis } from 'ioredis';

import { queueNames, queuePrefix } from '../shared/queue-names.ts';
import { hidePassword } from '../shared/redaction.ts';
import { isOlderThan } from '../shared/version.ts';
import { fail, pass } from './probe.ts';
import type { Probe } from './probe.ts';
import { serviceTroubleCodes } from './trouble-codes.ts';

export interface RedisTarget {
  readonly url: string;
}

/** The scripts of BullMQ need it. */
const oldestRedis = [6, 2] as const;

export interface RedisFound {
  readonly version: string | undefined;
  /** `master`, or `slave` for a replica. */
  readonly role?: string | undefined;
  /** The answer to INFO persistence by key. */
  readonly persistence: Readonly<Record<string, string>>;
  /** The snapshot rules from CONFIG GET save; empty when there are none. */
  readonly save: string;
  readonly evictionPolicy: string;
  /** For each queue its job counts, or Redis's error when they cannot be read. */
  readonly queues: readonly { readonly name: string; readonly jobs: string | Error }[];
}

export const redis: Probe<RedisTarget, RedisFound> = {
  service: 'redis',
  question: 'can a worker log in, and does Redis keep every job it accepts?',
  // On a slow disk an fsync of the append-only file may stall the server for a few seconds.
  timeLimitMs: 10_000,
  trouble: serviceTroubleCodes('REDIS'),
  address: ({ url }) => hidePassword(url),

  async ask({ url }, signal) {
    // A probe asks once: no reconnecting, and no command waits for a connection that failed.
    const client = new Redis(url, {
      lazyConnect: true,
      retryStrategy: () => null,
      maxRetriesPerRequest: 0,
      enableReadyCheck: false,
    });
    // `connect()` rejects with "Connection is closed."; only the event says why.
    let reason: Error | undefined;
    client.on('error', (error: Error) => (reason = error));
    signal.addEventListener('abort', () => client.disconnect(), { once: true });
    try {
      await client.connect();
      return await readState(client);
    } catch (error) {
      throw reason ?? error;
    } finally {
      client.disconnect();
    }
  },

  judge({ version, role, persistence, save, evictionPolicy, queues }) {
    if (isOlderThan(version, oldestRedis))
      return fail(
        'REDIS_VERSION',
        `the server is version ${version}; ${oldestRedis.join('.')} or newer is needed`,
      );
    if (role === 'slave') return fail('REDIS_READ_ONLY', 'the server is a replica');
    const losses = [
      persistence['aof_enabled'] === '1' ? '' : 'the append-only file is off',
      persistence['aof_last_write_status'] === 'ok'
        ? ''
        : `the last write of the append-only file: ${persistence['aof_last_write_status']}`,
      save === '' ? 'no snapshots are configured' : '',
      persistence['rdb_last_bgsave_status'] === 'ok'
        ? ''
        : `the last snapshot: ${persistence['rdb_last_bgsave_status']}`,
    ].filter((loss) => loss !== '');
    if (losses.length > 0) return fail('REDIS_PERSISTENCE', losses.join('; '));
    if (evictionPolicy !== 'noeviction')
      return fail('REDIS_EVICTION', `maxmemory-policy is ${evictionPolicy}`);
    const unreadable = queues.filter(({ jobs }) => jobs instanceof Error);
    if (unreadable.length > 0)
      return fail(
        'REDIS_QUEUES',
        unreadable.map(({ name, jobs }) => `${name}: ${jobs}`).join('; '),
      );
    const counts = queues.map(({ name, jobs }) => `${name} ${jobs}`).join(', ');
    return pass(`login, AOF and snapshots, noeviction; ${counts}`);
  },
};

async function readState(client: Redis): Promise<RedisFound> {
  const [server, replication, info, save, policy, ...queues] = await Promise.all([
    client.info('server'),
    client.info('replication'),
    client.info('persistence'),
    client.config('GET', 'save'),
    client.config('GET', 'maxmemory-policy'),
    ...Object.values(queueNames).map((name) => countJobs(client, name)),
  ]);
  return {
    version: parseInfo(server)['redis_version'],
    role: parseInfo(replication)['role'],
    persistence: parseInfo(info),
    save: configValue(save),
    evictionPolicy: configValue(policy),
    queues,
  };
}

/**
 * Counts the jobs in the lists that BullMQ keeps for a queue. A key that does not exist counts 0; a
 * key of another type is an error.
 */
async function countJobs(client: Redis, name: string): Promise<RedisFound['queues'][number]> {
  const key = (kind: string) => `${queuePrefix}:${name}:${kind}`;
  try {
    const [waiting, active, failed] = await Promise.all([
      client.llen(key('wait')),
      client.llen(key('active')),
      client.zcard(key('failed')),
    ]);
    return { name, jobs: `${waiting} waiting/${active} active/${failed} failed` };
  } catch (error) {
    if (error instanceof Error && error.name === 'ReplyError') return { name, jobs: error };
    throw error;
  }
}

function parseInfo(info: string): Record<string, string> {
  return Object.fromEntries(
    info
      .split('\r\n')
      .flatMap((line) => (line.includes(':') ? [line.split(':', 2) as [string, string]] : [])),
  );
}

function configValue(reply: unknown): string {
  return Array.isArray(reply) ? String(reply[1] ?? '') : '';
}
