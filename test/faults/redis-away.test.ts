import { setTimeout as lasting } from 'node:timers/promises';

import { describe, test } from 'vitest';

import { setLimit, setPaused } from '../../worker/operator/settings.ts';
import { findInconsistencies } from '../harness/consistency.ts';
import { page, pages } from '../harness/pages.ts';
import { readStores } from '../harness/stored.ts';
import { openStores } from '../harness/stores.ts';
import { openTestStack } from '../harness/test-stack.ts';
import type { TestStack } from '../harness/test-stack.ts';
import { eventually } from '../harness/until.ts';

/**
 * From the return of Redis until all is done: reconnects, stalled jobs, and the sweep for what
 * nobody could ring for.
 */
const recoveryMs = 90_000;

/**
 * Two workers, jobs in hand, and an outage in which pages go on coming in: acknowledged, for
 * Postgres has them.
 */
async function outage(
  world: TestStack,
  seconds: number,
  away: 'refuse' | 'silence',
): Promise<void> {
  await world.proxies.tei.delay(100);
  for (const one of pages(12)) await world.intake.submit(one);
  await world.proxies.redis[away]();
  await Promise.all([...pages(3, 2), page(13)].map((one) => world.intake.submit(one)));
  await lasting(seconds * 1_000);
  await world.proxies.redis.pass();
  await world.intake.submit(page(14));
}

describe.concurrent('Redis', () => {
  test.for([
    ['20 s', 20, 'refuse'],
    ['20 s, silent', 20, 'silence'],
    ['2 minutes', 120, 'refuse'],
  ] as const)(
    'away for %s: the same workers go on by themselves, and no page is lost',
    async ([, seconds, away], { expect }) => {
      await using world = await openTestStack();
      const workers = await Promise.all([world.worker(), world.worker()]);
      await outage(world, seconds, away);
      expect(await findInconsistencies(world, { withinMs: recoveryMs })).toEqual([]);
      const ended = await Promise.race([...workers.map((worker) => worker.exited), 'all run on']);
      expect(ended).toBe('all run on');
    },
  );

  test('restarted empty: what Postgres says is pending is done, and what the operator set holds again', async ({
    expect,
  }) => {
    await using stores = await openStores();
    await using world = await openTestStack({ stores: stores.addresses });
    await world.worker();
    await setLimit(world.services, 2);
    await world.proxies.tei.delay(200);
    for (const one of pages(12)) await world.intake.submit(one);
    await setPaused(world.services, true);
    await stores.redis.docker(
      'exec',
      'sh',
      '-c',
      'REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli flushall',
    );
    await stores.redis.docker('kill');
    await stores.redis.docker('start');
    await stores.redis.healthy();
    await eventually(async () => {
      if (!(await world.services.queues.counts()).indexing.paused)
        throw new Error('paused is forgotten');
    }, recoveryMs);
    await setPaused(world.services, false);
    expect(await findInconsistencies(world, { withinMs: recoveryMs })).toEqual([]);
    expect(await world.services.queues.counts()).toMatchObject({
      indexing: { limit: 2, paused: false },
      embedding: { limit: 2 },
    });
  });

  test('out of memory: pages are acknowledged all the same, and done once there is room', async ({
    expect,
  }) => {
    await using stores = await openStores();
    await using world = await openTestStack({ stores: stores.addresses });
    const redis = (...words: string[]) =>
      stores.redis.docker(
        'exec',
        'sh',
        '-c',
        `REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli ${words.join(' ')}`,
      );
    const worker = await world.worker();
    await world.intake.submit(page(1));
    expect(await findInconsistencies(world)).toEqual([]);
    await redis('config', 'set', 'maxmemory', '1mb');
    for (const one of pages(10, 2)) await world.intake.submit(one);
    await eventually(
      async () => expect((await readStores(world.directEnv)).documents).toHaveLength(10),
      recoveryMs,
    );
    await redis('config', 'set', 'maxmemory', '0');
    expect(await findInconsistencies(world, { withinMs: recoveryMs })).toEqual([]);
    expect(await Promise.race([worker.exited, 'it runs on'])).toBe('it runs on');
  });
});
