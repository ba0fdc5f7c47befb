import { describe, test } from 'vitest';

import { readGpuHostState } from '../../worker/circuit/circuits.ts';
import { findInconsistencies } from '../harness/consistency.ts';
import { eventually } from '../harness/eventually.ts';
import { pages } from '../harness/pages.ts';
import { openStores } from '../harness/stores.ts';
import { openTestStack } from '../harness/test-stack.ts';
import type { TestStack } from '../harness/test-stack.ts';

const writing =
  (fate: 'apply, then hang' | 'apply, then cut' | { status: number; body: unknown }) =>
  ({ proxies }: TestStack) =>
    proxies.qdrant.answer(({ method, path }) =>
      method !== 'GET' && path.includes('/points') ? fate : 'pass',
    );
describe.concurrent('Qdrant', () => {
  test.for<readonly [string, (stack: TestStack) => Promise<void>]>([
    ['refusing connections', ({ proxies }) => proxies.qdrant.refuse()],
    ['staying silent', ({ proxies }) => proxies.qdrant.silence()],
    [
      'answering 500',
      writing({
        status: 500,
        body: { status: { error: 'Service internal error: no space left on device' }, time: 0 },
      }),
    ],
    [
      'answering 429',
      writing({ status: 429, body: { status: { error: 'Rate limit exceeded' }, time: 0 } }),
    ],
    ['applying the write and never answering', writing('apply, then hang')],
    ['applying the write and cutting the connection', writing('apply, then cut')],
  ])(
    'may fail by %s: nothing is lost, and nothing is stored twice',
    async ([, fault], { expect }) => {
      await using stack = await openTestStack();
      await stack.worker();
      for (const one of pages(6)) await stack.intake.submit(one);
      expect(await findInconsistencies(stack)).toEqual([]);
      await fault(stack);
      for (const one of pages(8, 2)) await stack.intake.submit(one);
      await eventually(
        'a circuit that notices the fault',
        async () => (await readGpuHostState(stack.services.circuits)).kind !== 'closed',
      );
      await stack.proxies.qdrant.pass();
      expect(await findInconsistencies(stack)).toEqual([]);
    },
  );

  test('has every point exactly once after it is killed in the middle of writes', async ({
    expect,
  }) => {
    await using stores = await openStores();
    await using stack = await openTestStack({ stores: stores.addresses });
    await stack.worker();
    for (const one of pages(30)) await stack.intake.submit(one);
    await eventually(
      'points of five documents',
      async () => (await stack.services.vectors.inventory()).size >= 5,
    );
    await stores.qdrant.docker('kill');
    await stores.qdrant.docker('start');
    await stores.qdrant.healthy();
    expect(await findInconsistencies(stack)).toEqual([]);
  });
});
