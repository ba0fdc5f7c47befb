import { setTimeout as lasting } from 'node:timers/promises';

import { describe, test } from 'vitest';

import { findInconsistencies } from '../harness/consistency.ts';
import { page, pages } from '../harness/pages.ts';
import { openStores } from '../harness/stores.ts';
import { openTestStack } from '../harness/test-stack.ts';

/** Longer than a query may take. */
const silentMs = 40_000;

describe.concurrent('Postgres', () => {
  test.for(['restart', 'kill'] as const)(
    'by a %s in the middle of jobs loses nothing that was acknowledged',
    async (way, { expect }) => {
      await using stores = await openStores();
      await using world = await openTestStack({ stores: stores.addresses });
      const worker = await world.worker();
      await world.proxies.tei.delay(150);
      for (const one of pages(20)) await world.intake.submit(one);
      await stores.postgres.docker(way);
      if (way === 'kill') await stores.postgres.docker('start');
      // Not acknowledged as long as Postgres is away; the caller is told so, and either content is right then.
      await world.intake.submit(page(21)).catch(() => undefined);
      await stores.postgres.healthy();
      await world.intake.submit(page(22));
      expect(await findInconsistencies(world)).toEqual([]);
      expect(await Promise.race([worker.exited, 'it runs on'])).toBe('it runs on');
    },
  );

  test('silent for a while: jobs in hand wait for it or are done again, and none fails', async ({
    expect,
  }) => {
    await using world = await openTestStack();
    const worker = await world.worker();
    await world.proxies.tei.delay(150);
    for (const one of pages(20)) await world.intake.submit(one);
    await world.proxies.postgres.silence();
    await lasting(silentMs);
    await world.proxies.postgres.pass();
    expect(await findInconsistencies(world)).toEqual([]);
    expect(await Promise.race([worker.exited, 'it runs on'])).toBe('it runs on');
  });
});
