import { describe, expect, test, vi } from 'vitest';

import { readGpuHostState } from '../../../worker/circuit/circuits.ts';
import { countFailures } from '../../../worker/records/failures.ts';
import { search } from '../../../worker/search/search.ts';
import { findInconsistencies } from '../../harness/consistency.ts';
import { marker, page } from '../../harness/pages.ts';
import { openTestStack } from '../../harness/test-stack.ts';
import type { TestStack } from '../../harness/test-stack.ts';

const within = { timeout: 60_000, interval: 100 };
const pages = [1, 2, 3, 4, 5, 6];
const submitAll = async (world: TestStack): Promise<void> => {
  for (const number of pages) await world.intake.submit(page(number));
};
const codeOfWait = async (world: TestStack): Promise<string | undefined> => {
  const state = await readGpuHostState(world.services.circuits);
  return state.kind === 'open' ? state.code : undefined;
};

describe('a TEI that cannot embed', { timeout: 120_000 }, () => {
  test.for([
    [
      'nobody listens',
      (world: TestStack) => world.proxies.tei.refuse(),
      (world: TestStack) => world.proxies.tei.pass(),
      'TEI_REFUSED',
    ],
    [
      'it is overloaded',
      (world: TestStack) => world.tei.fail('overloaded'),
      (world: TestStack) => world.tei.fail(),
      'TEI_ANSWER',
    ],
    [
      'its backend fails',
      (world: TestStack) => world.tei.fail('backend'),
      (world: TestStack) => world.tei.fail(),
      'TEI_ANSWER',
    ],
    [
      'it cuts every connection',
      (world: TestStack) => world.tei.fail('cut'),
      (world: TestStack) => world.tei.fail(),
      'TEI_UNREACHABLE',
    ],
    [
      'it serves another model',
      (world: TestStack) => world.tei.become({ model: 'someone/else' }),
      (world: TestStack) =>
        world.tei.become({ model: String(world.directEnv['WEBHOOK_EMBEDDING_MODEL']) }),
      'TEI_MODEL',
    ],
  ] as const)(
    'holds the documents up without using up an attempt, and they are done when it can: %s',
    async ([, take, give, code]) => {
      await using world = await openTestStack();
      await take(world);
      await world.worker();
      await submitAll(world);
      await vi.waitFor(async () => expect(await codeOfWait(world)).toBe(code), within);
      await vi.waitFor(
        async () =>
          expect((await search(world.services, marker(6), 'hybrid', 1)).results[0]?.url).toBe(
            page(6).url,
          ),
        within,
      );
      await give(world);
      expect(await findInconsistencies(world)).toEqual([]);
    },
  );

  test('is not called while documents wait, but for a probe now and then', async () => {
    await using world = await openTestStack();
    world.tei.fail('unavailable');
    await world.worker();
    await submitAll(world);
    await vi.waitFor(async () => expect(await codeOfWait(world)).toBe('TEI_ANSWER'), within);
    await vi.waitFor(
      async () => expect((await world.services.queues.counts()).embedding.active).toBe(0),
      within,
    );
    const before = world.tei.calls;
    await vi.waitFor(() => expect(world.tei.calls).toBeGreaterThan(before), within);
    expect(world.tei.calls - before).toBeLessThanOrEqual(2);
    expect(await countFailures(world.services.pool)).toEqual({ indexing: 0, embedding: 0 });
  });
});

describe('a document that TEI will not have', { timeout: 120_000 }, () => {
  test.for([
    ['refuses', 'refused', 'TEI_ANSWER'],
    ['fails at', 'backend', 'TEI_ANSWER'],
    ['makes no numbers of', 'nan', 'TEI_VECTOR'],
    ['hangs at', 'hang', 'TEI_TIMEOUT'],
    ['dies of', 'cut', 'TEI_UNREACHABLE'],
  ] as const)(
    'fails alone when TEI %s its text, and all others succeed',
    async ([, mode, code]) => {
      await using world = await openTestStack({ environment: { WEBHOOK_TEI_TIMEOUT: '1s' } });
      world.tei.failFor(marker(3), mode);
      await submitAll(world);
      await world.worker();
      expect(
        await findInconsistencies(world, { failures: { [page(3).url]: code }, withinMs: 100_000 }),
      ).toEqual([]);
    },
  );
});

test('a TEI that comes back with a smaller batch gets smaller batches, and no document is blamed', async () => {
  await using world = await openTestStack();
  await world.worker();
  await world.intake.submit(page(1));
  expect(await findInconsistencies(world)).toEqual([]);
  world.tei.become({ maxBatch: 3 });
  for (const number of pages) await world.intake.submit(page(number, 2, 12));
  expect(await findInconsistencies(world)).toEqual([]);
});

test('documents that come together share calls', async () => {
  await using world = await openTestStack();
  for (let number = 0; number < 40; number += 1) await world.intake.submit(page(number));
  await world.worker({ WEBHOOK_WORKER_BATCH_SIZE: '16' });
  expect(await findInconsistencies(world)).toEqual([]);
  expect(world.tei.largestCall).toBeGreaterThan(5);
  expect(world.tei.calls).toBeLessThan(40);
});

test('the instruction goes before a query and before no document', async () => {
  await using world = await openTestStack({
    environment: { WEBHOOK_QUERY_INSTRUCTION: 'Instruct: find\\nQuery:' },
  });
  world.tei.failFor('Instruct: find\nQuery:', 'refused');
  await world.worker();
  await world.intake.submit(page(1));
  expect(await findInconsistencies(world)).toEqual([]);
  await expect(search(world.services, marker(1), 'semantic', 1)).rejects.toMatchObject({
    code: 'TEI_ANSWER',
    message: expect.stringContaining('the query, with the instruction before it'),
  });
});
