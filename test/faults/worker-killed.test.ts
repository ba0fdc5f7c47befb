import { describe, test } from 'vitest';

import { findInconsistencies } from '../harness/consistency.ts';
import { pages, page } from '../harness/pages.ts';
import { readStores } from '../harness/stored.ts';
import { openTestStack } from '../harness/test-stack.ts';
import type { TestStack } from '../harness/test-stack.ts';
import { eventually } from '../harness/until.ts';

/** Longer than it takes others to take over what a dead worker held: lock and stall check. */
const takeOverMs = 60_000;

const stored = async (world: TestStack) => readStores(world.directEnv);
const reached = (
  world: TestStack,
  wanted: (stored: Awaited<ReturnType<typeof readStores>>) => boolean,
) =>
  eventually(async () => {
    if (!wanted(await stored(world))) throw new Error('the moment for the fault has not come');
  }, takeOverMs);

describe.concurrent('a worker that dies', () => {
  test('between the upsert and the commit leaves its document indexed exactly once', async ({
    expect,
  }) => {
    await using world = await openTestStack();
    const worker = await world.worker();
    await world.proxies.qdrant.answer(({ path }) =>
      path.includes('/points/batch') ? 'apply, then hang' : 'pass',
    );
    await world.intake.submit(page(1));
    await reached(world, ({ points }) => points.length > 0);
    worker.kill('SIGKILL');
    await worker.exited;
    expect((await stored(world)).documents).toMatchObject([{ state: 'pending' }]);
    await world.proxies.qdrant.pass();
    await world.worker();
    expect(await findInconsistencies(world, { withinMs: takeOverMs })).toEqual([]);
  });

  test('with all others at once leaves nothing undone to those that come after', async ({
    expect,
  }) => {
    await using world = await openTestStack();
    const workers = await Promise.all([world.worker(), world.worker(), world.worker()]);
    await world.proxies.tei.delay(150);
    for (const one of pages(40)) await world.intake.submit(one);
    await reached(
      world,
      ({ documents }) => documents.filter(({ state }) => state === 'indexed').length >= 5,
    );
    for (const worker of workers) worker.kill('SIGKILL');
    await Promise.all(workers.map((worker) => worker.exited));
    expect((await stored(world)).documents.some(({ state }) => state === 'pending')).toBe(true);
    await world.worker();
    expect(await findInconsistencies(world, { withinMs: takeOverMs })).toEqual([]);
  });

  test('only seemingly, stopped for longer than its lock, then goes on beside the one that took its jobs over', async ({
    expect,
  }) => {
    await using world = await openTestStack();
    const stopped = await world.worker();
    await world.proxies.tei.silence();
    for (const one of pages(4)) await world.intake.submit(one);
    await eventually(async () => {
      if ((await world.services.queues.counts()).embedding.active < 4)
        throw new Error('not all are being embedded');
    }, takeOverMs);
    stopped.kill('SIGSTOP');
    await world.proxies.tei.pass();
    await world.worker();
    await world.intake.submit(page(1, 2));
    expect(await findInconsistencies(world, { withinMs: takeOverMs })).toEqual([]);
    stopped.kill('SIGCONT');
    // It finishes what it had in hand, with texts that are old by now: a page more, and it is seen to take jobs again or none is lost to it.
    for (const one of pages(8, 3)) await world.intake.submit(one);
    expect(await findInconsistencies(world, { withinMs: takeOverMs })).toEqual([]);
  });
});
