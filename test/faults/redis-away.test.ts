import { setTimeout as lasting } from 'node:timers/promises';

import { Redis } from 'ioredis';
import { describe, test } from 'vitest';

import { queueNames, queuePrefix } from '../../shared/queue-names.ts';
import { setLimit, setPaused } from '../../worker/operator/settings.ts';
import { lockLost } from '../../worker/queue/attempt.ts';
import { findInconsistencies } from '../harness/consistency.ts';
import { eventually } from '../harness/eventually.ts';
import { holdJobs } from '../harness/held-jobs.ts';
import { page, pages } from '../harness/pages.ts';
import { readStores } from '../harness/stored.ts';
import { openStores } from '../harness/stores.ts';
import { openTestStack } from '../harness/test-stack.ts';
import type { TestStack } from '../harness/test-stack.ts';

/**
 * Takes Redis away while jobs run. Pages still come in during the outage; they are acknowledged,
 * because Postgres stores them.
 */
async function outage(
  stack: TestStack,
  seconds: number,
  away: 'refuse' | 'silence',
): Promise<void> {
  await stack.proxies.tei.delay(100);
  for (const one of pages(12)) await stack.intake.submit(one);
  await stack.proxies.redis[away]();
  await Promise.all([...pages(3, 2), page(13)].map((one) => stack.intake.submit(one)));
  await lasting(seconds * 1_000);
  await stack.proxies.redis.pass();
  await stack.intake.submit(page(14));
}

describe.concurrent('Redis', () => {
  test.for([
    ['20 s', 20, 'refuse'],
    ['20 s in silence', 20, 'silence'],
    ['2 minutes', 120, 'refuse'],
  ] as const)(
    'may be away for %s: the same workers continue by themselves, and no page is lost',
    async ([, seconds, away], { expect }) => {
      await using stack = await openTestStack();
      const workers = await Promise.all([stack.worker(), stack.worker()]);
      await outage(stack, seconds, away);
      expect(await findInconsistencies(stack)).toEqual([]);
      expect(workers.map(({ isRunning }) => isRunning)).toEqual([true, true]);
    },
  );

  test('may be silent together with Postgres: a worker whose locks are lost meanwhile goes on', async ({
    expect,
  }) => {
    await using stack = await openTestStack();
    const worker = await stack.worker();
    await holdJobs(stack, pages(4));
    await Promise.all([stack.proxies.redis.silence(), stack.proxies.postgres.silence()]);
    stack.tei.release(); // from now on the jobs wait for Postgres
    const redis = new Redis(stack.directEnv['REDIS_URL'] ?? '');
    await eventually('locks that are lost', async () =>
      expect(await redis.keys(`${queuePrefix}:${queueNames.embedding}:*:lock`)).toEqual([]),
    );
    redis.disconnect();
    await stack.proxies.redis.pass();
    await worker.logged(({ why, code }) => why === lockLost || code === 'POSTGRES_TIMEOUT');
    expect(worker.lines.filter(({ code }) => code === 'WORKER_STUCK')).toEqual([]);
    await stack.proxies.postgres.pass();
    expect(await findInconsistencies(stack)).toEqual([]);
    expect(worker.isRunning).toBe(true);
  });

  test("may restart empty: pending documents are indexed, and the operator's orders hold again", async ({
    expect,
  }) => {
    await using stores = await openStores();
    await using stack = await openTestStack({ stores: stores.addresses });
    await stack.worker();
    await eventually('a limit', () => setLimit(stack.services, 2));
    await stack.proxies.tei.delay(200);
    for (const one of pages(12)) await stack.intake.submit(one);
    await eventually('an order to pause', () => setPaused(stack.services, true));
    await stores.redis.docker(
      'exec',
      'sh',
      '-c',
      'REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli flushall',
    );
    await stores.redis.docker('kill');
    await stores.redis.docker('start');
    await stores.redis.healthy();
    const counts = () => stack.services.queues.counts();
    const orders = { limit: 2, paused: true };
    await eventually('the orders again', async () =>
      expect(await counts()).toMatchObject({ indexing: orders, embedding: orders }),
    );
    await eventually('an order to resume', () => setPaused(stack.services, false));
    expect(await findInconsistencies(stack)).toEqual([]);
    const resumed = { limit: 2, paused: false };
    expect(await counts()).toMatchObject({ indexing: resumed, embedding: resumed });
  });

  test('may be out of memory: pages are acknowledged, and indexed once there is room', async ({
    expect,
  }) => {
    await using stores = await openStores();
    await using stack = await openTestStack({ stores: stores.addresses });
    const redis = (...words: string[]) =>
      stores.redis.docker(
        'exec',
        'sh',
        '-c',
        `REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli ${words.join(' ')}`,
      );
    const worker = await stack.worker();
    await stack.intake.submit(page(1));
    expect(await findInconsistencies(stack)).toEqual([]);
    await redis('config', 'set', 'maxmemory', '1mb');
    for (const one of pages(10, 2)) await stack.intake.submit(one);
    await eventually('ten documents in Postgres', async () =>
      expect((await readStores(stack.directEnv)).documents).toHaveLength(10),
    );
    await redis('config', 'set', 'maxmemory', '0');
    expect(await findInconsistencies(stack)).toEqual([]);
    expect(worker.isRunning).toBe(true);
  });
});
