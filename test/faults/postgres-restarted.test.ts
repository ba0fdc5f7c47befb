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
    'survives a %s in the middle of jobs without loss of what was acknowledged',
    async (way, { expect }) => {
      await using stores = await openStores();
      await using stack = await openTestStack({ stores: stores.addresses });
      const worker = await stack.worker();
      await stack.proxies.tei.delay(150);
      for (const one of pages(20)) await stack.intake.submit(one);
      await stores.postgres.docker(way);
      if (way === 'kill') await stores.postgres.docker('start');
      // Without Postgres it is not acknowledged: the caller is told, and either content is right.
      await stack.intake.submitOnce(page(21)).catch(() => undefined);
      await stores.postgres.healthy();
      await stack.intake.submit(page(22));
      expect(await findInconsistencies(stack)).toEqual([]);
      expect(worker.isRunning).toBe(true);
    },
  );

  test('may be silent for 40 s: jobs wait for it or are done again, and none fails', async ({
    expect,
  }) => {
    await using stack = await openTestStack();
    const worker = await stack.worker();
    await stack.proxies.tei.delay(150);
    for (const one of pages(20)) await stack.intake.submit(one);
    await stack.proxies.postgres.silence();
    await lasting(silentMs);
    await stack.proxies.postgres.pass();
    expect(await findInconsistencies(stack)).toEqual([]);
    expect(worker.isRunning).toBe(true);
  });
});
