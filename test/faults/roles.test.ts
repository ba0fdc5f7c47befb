import { Redis } from 'ioredis';
import { inject, test } from 'vitest';

import { postgresHealthCommand, redisHealthCommand } from '../../healthchecks/container.ts';
import { findInconsistencies } from '../harness/consistency.ts';
import { eventually } from '../harness/eventually.ts';
import { holdJobs } from '../harness/held-jobs.ts';
import { page, pages } from '../harness/pages.ts';
import { Proxy } from '../harness/proxy.ts';
import { startServer } from '../harness/server.ts';
import { addressOf, fence, startStandby } from '../harness/standby.ts';
import { role } from '../harness/stores.ts';
import { openTestStack } from '../harness/test-stack.ts';

test.concurrent('a standby of Postgres is promoted under load: every document is indexed, none fails', async ({
  expect,
}) => {
  const shared = inject('stores');
  await using primary = await startServer({
    name: 'postgres',
    port: 5432,
    check: postgresHealthCommand(),
    env: { POSTGRES_USER: role, POSTGRES_PASSWORD: shared.password, POSTGRES_DB: role },
    command: ['postgres', '-c', 'fsync=off', '-c', 'full_page_writes=off'],
  });
  const standby = await startStandby(primary);
  await using name = await Proxy.open(primary.authority);
  await using stack = await openTestStack({ stores: { ...shared, postgres: name.authority } });
  const [worker, api] = await Promise.all([stack.worker(), stack.api()]);
  // Work that began before the change of roles, and has to write after it.
  await holdJobs(stack, pages(20));
  await fence(primary);
  stack.tei.release();
  expect(await api.ask('/api/documents', { body: page(1) })).toMatchObject({
    status: 503,
    body: { code: 'POSTGRES_READ_ONLY' },
  });
  expect(await api.ask('/ready', { key: null })).toMatchObject({
    body: { ready: false, checks: { postgres: 'away' } },
  });
  // The name leads to the standby before it is promoted, and to the old primary where it is open.
  name.leadTo(standby.authority);
  const later = Promise.all(
    [page(21), page(22), page(3, 2)].map((one) => stack.intake.submit(one)),
  );
  await worker.logged(({ msg }) => msg.includes('given up for new ones'));
  await worker.logged(({ code }) => code === 'POSTGRES_READ_ONLY');
  await standby.promote();
  await later;
  expect(await api.ask('/api/documents', { body: page(1) })).toMatchObject({ status: 200 });
  expect(await findInconsistencies(stack)).toEqual([]);
  expect(worker.lines.filter(({ msg }) => msg.startsWith('a document failed'))).toEqual([]);
  expect(worker.isRunning).toBe(true);
});

test.concurrent('Redis becomes a replica and a master again, and another takes over: no document fails', async ({
  expect,
}) => {
  const shared = inject('stores');
  const { password } = shared;
  await using server = await startServer({
    name: 'redis',
    port: 6379,
    check: redisHealthCommand(),
    env: { REDIS_PASSWORD: password },
    command: ['redis-server', '--requirepass', password, '--masterauth', password, ...databases],
  });
  // Its second server, which follows the first.
  const following = ['--port', '6380', '--replicaof', '127.0.0.1', '6379', '--daemonize', 'yes'];
  const secrets = ['--requirepass', password, '--masterauth', password, '--dir', '/tmp'];
  await server.docker('exec', 'redis-server', ...following, ...secrets, ...databases);
  const other = `${await addressOf(server)}:6380`;
  await using first = await connectTo(server.authority, password);
  await using second = await connectTo(other, password);
  await using counter = await connectTo(shared.redis, password);
  await first.redis.set('test-stacks', (await counter.redis.incr('test-stacks')) - 1);

  await using name = await Proxy.open(server.authority);
  await using stack = await openTestStack({ stores: { ...shared, redis: name.authority } });
  const worker = await stack.worker();
  await stack.proxies.tei.delay(150);
  for (const one of pages(12)) await stack.intake.submit(one);
  await first.redis.replicaof('127.0.0.1', 1);
  await worker.logged(({ code }) => code === 'REDIS_READ_ONLY');
  for (const one of [page(13), page(1, 2)]) await stack.intake.submit(one);
  await first.redis.replicaof('NO', 'ONE');
  await eventually('a replica that has everything', async () =>
    expect(await second.redis.info('replication')).toMatch(/master_link_status:up/),
  );

  for (const one of pages(6, 3)) await stack.intake.submit(one);
  await second.redis.replicaof('NO', 'ONE');
  await first.redis.replicaof('127.0.0.1', 6380);
  name.leadTo(other);
  for (const one of [page(14), page(2, 4)]) await stack.intake.submit(one);
  expect(await findInconsistencies(stack)).toEqual([]);
  await eventually('queues that write', () => stack.services.queues.requireWrites());
  expect(worker.lines.filter(({ msg }) => msg.startsWith('a document failed'))).toEqual([]);
  expect(worker.isRunning).toBe(true);
});

const databases = ['--databases', '10000'];

async function connectTo(
  authority: string,
  password: string,
): Promise<AsyncDisposable & { redis: Redis }> {
  const redis = new Redis(`redis://:${password}@${authority}`);
  return { redis, [Symbol.asyncDispose]: async () => redis.disconnect() };
}
