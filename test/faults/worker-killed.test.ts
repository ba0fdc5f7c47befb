import { describe, test } from 'vitest';

import { findInconsistencies } from '../harness/consistency.ts';
import { eventually } from '../harness/eventually.ts';
import { holdJobs } from '../harness/held-jobs.ts';
import { pages, page } from '../harness/pages.ts';
import { readStores } from '../harness/stored.ts';
import { openTestStack } from '../harness/test-stack.ts';
import type { TestStack } from '../harness/test-stack.ts';

const stored = async (stack: TestStack) => readStores(stack.directEnv);
const reached = (
  stack: TestStack,
  wanted: (stored: Awaited<ReturnType<typeof readStores>>) => boolean,
) => eventually('the moment for the fault', async () => wanted(await stored(stack)));

describe.concurrent('a worker', () => {
  test('that dies between the upsert and the commit leaves its document indexed exactly once', async ({
    expect,
  }) => {
    await using stack = await openTestStack();
    const worker = await stack.worker();
    await stack.proxies.qdrant.answer(({ path }) =>
      path.includes('/points/batch') ? 'apply, then hang' : 'pass',
    );
    await stack.intake.submit(page(1));
    await reached(stack, ({ points }) => points.length > 0);
    worker.kill('SIGKILL');
    await worker.exited;
    expect((await stored(stack)).documents).toMatchObject([{ state: 'pending' }]);
    await stack.proxies.qdrant.pass();
    await stack.worker();
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('that dies with all others at once leaves no document that a new one does not finish', async ({
    expect,
  }) => {
    await using stack = await openTestStack();
    const workers = await Promise.all([stack.worker(), stack.worker(), stack.worker()]);
    const all = pages(40);
    for (const one of all.slice(0, 5)) await stack.intake.submit(one);
    await reached(stack, ({ documents }) => documents.every(({ state }) => state === 'indexed'));
    await holdJobs(stack, all.slice(5));
    for (const worker of workers) worker.kill('SIGKILL');
    await Promise.all(workers.map((worker) => worker.exited));
    const pending = (await stored(stack)).documents.filter(({ state }) => state === 'pending');
    expect(pending).toHaveLength(35);
    stack.tei.release();
    await stack.worker();
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('that stops for longer than its lock does no harm when it continues with jobs of another', async ({
    expect,
  }) => {
    await using stack = await openTestStack();
    const stopped = await stack.worker();
    await holdJobs(stack, pages(4), 4);
    stopped.kill('SIGSTOP');
    stack.tei.release();
    await stack.worker();
    await stack.intake.submit(page(1, 2));
    expect(await findInconsistencies(stack)).toEqual([]);
    stopped.kill('SIGCONT');
    // It finishes its jobs, with texts that are old by now. More pages show that it takes jobs
    // again, or that it loses none.
    for (const one of pages(8, 3)) await stack.intake.submit(one);
    expect(await findInconsistencies(stack)).toEqual([]);
  });
});
