import { describe, test } from 'vitest';
import type { TestContext } from 'vitest';

import { audit } from '../../worker/audit/audit.ts';
import { findInconsistencies, waitUntilSettled } from '../harness/consistency.ts';
import { eventually } from '../harness/eventually.ts';
import type { Page } from '../harness/intake.ts';
import { marker, page, pages } from '../harness/pages.ts';
import { Proxy } from '../harness/proxy.ts';
import { openTestStack } from '../harness/test-stack.ts';
import type { TestStack } from '../harness/test-stack.ts';

const reached = (
  stack: TestStack,
  queue: 'indexing' | 'embedding',
  state: 'waiting' | 'active' | 'delayed',
  least = 1,
) =>
  eventually(
    `${least} job(s) of ${queue} in state ${state}`,
    async () => (await stack.services.queues.counts())[queue][state] >= least,
  );

describe.concurrent('versions of one page', () => {
  test('that come in at the same time end as one of them, complete', async ({ expect }) => {
    await using stack = await openTestStack();
    await Promise.all([stack.worker(), stack.worker(), stack.worker()]);
    for (let round = 0; round < 10; round++)
      await Promise.all(
        [1, 2, 3, 4].map((edition) =>
          stack.intake.submit(page(1, round * 4 + edition, edition * 2)),
        ),
      );
    await stack.intake.submit(page(1, 99, 1));
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('end as the newest one when it comes in while the job of an older one waits', async ({
    expect,
  }) => {
    await using stack = await openTestStack();
    for (const edition of [1, 2])
      for (const one of pages(5, edition)) await stack.intake.submit(one);
    await stack.worker();
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('end as the newer one when it comes in while a longer one is being embedded', async ({
    expect,
  }) => {
    await using stack = await openTestStack();
    await stack.worker();
    stack.tei.hold();
    await stack.intake.submit(page(1, 1, 20));
    await reached(stack, 'embedding', 'active');
    await stack.intake.submit(page(1, 2, 2));
    stack.tei.release();
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('end as the newer one when it comes in while an older one is in back-off', async ({
    expect,
  }) => {
    await using stack = await openTestStack();
    await stack.worker();
    // The probe of a circuit passes: one that opened on a busy machine would keep the job waiting.
    await stack.proxies.tei.answer(({ path, body }) =>
      path === '/embed' && body.includes(marker(1, 1))
        ? { status: 200, body: 'not vectors' }
        : 'pass',
    );
    await stack.intake.submit(page(1));
    await reached(stack, 'embedding', 'delayed');
    await stack.intake.submit(page(1, 2));
    await stack.proxies.tei.pass();
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('end as the last change when changes, deletions and returns alternate', async ({
    expect,
  }) => {
    await using stack = await openTestStack();
    await Promise.all([stack.worker(), stack.worker()]);
    const urls = new Map<string, string>();
    for (let round = 1; round <= 6; round++) {
      for (const one of pages(4, round)) urls.set(one.url, await stack.intake.submit(one));
      for (const [index, [url, documentId]] of [...urls].entries())
        if ((index + round) % 2 === 0) await stack.intake.remove(url, documentId);
    }
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test("are not overwritten by an older one that a dead worker's write brings late", async ({
    expect,
    onTestFinished,
  }) => {
    await using stack = await openTestStack();
    const arrive = await lateWrite(stack, page(1, 1, 2), page(1, 2, 3), onTestFinished);
    await arrive();
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('are repaired by an audit when a late write of a longer one left points', async ({
    expect,
    onTestFinished,
  }) => {
    await using stack = await openTestStack();
    const arrive = await lateWrite(stack, page(1, 1, 8), page(1, 2, 2), onTestFinished);
    await arrive();
    expect(await audit(stack.services, { repair: true })).toMatchObject({
      ok: false,
      missing: 0,
      orphan: 0,
    });
    expect(await findInconsistencies(stack)).toEqual([]);
  });
});

/**
 * Brings a write of the older version on its way, kills its worker, and has another worker index
 * the newer version.
 *
 * @returns what lets the write arrive
 */
async function lateWrite(
  stack: TestStack,
  older: Page,
  newer: Page,
  onTestFinished: TestContext['onTestFinished'],
): Promise<() => Promise<void>> {
  const [gate, arrival] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let [isHolding, held] = [false, 0];
  const slow = await Proxy.open(new URL(stack.directEnv['WEBHOOK_QDRANT_URL'] ?? '').host);
  onTestFinished(() => slow[Symbol.asyncDispose]());
  // The write alone: a sweep may ask Qdrant at any moment.
  await slow.answer(({ path }) => {
    if (!isHolding || !path.includes('/points/batch')) return 'pass';
    held += 1;
    return { applyAfter: gate.promise, applied: arrival.resolve };
  });
  const worker = await stack.worker({ WEBHOOK_QDRANT_URL: `http://${slow.authority}` });
  await stack.intake.submit(page(2));
  await waitUntilSettled(stack);
  stack.tei.hold();
  await stack.intake.submit(older);
  await reached(stack, 'embedding', 'active');
  isHolding = true;
  stack.tei.release();
  await eventually('a write on its way', () => held > 0);
  worker.kill('SIGKILL');
  await worker.exited;
  await stack.worker();
  await stack.intake.submit(newer);
  await waitUntilSettled(stack);
  return () => {
    gate.resolve();
    return arrival.promise;
  };
}
