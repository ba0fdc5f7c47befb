import { describe, expect, test, vi } from 'vitest';

import { audit } from '../../../worker/audit/audit.ts';
import { GoldenVectors } from '../../../worker/embeddings/golden.ts';
import { search } from '../../../worker/search/search.ts';
import { startInstantTei } from '../../doubles/instant-tei.ts';
import type { InstantTei } from '../../doubles/instant-tei.ts';
import { findInconsistencies } from '../../harness/consistency.ts';
import { marker, page } from '../../harness/pages.ts';
import { openTestStack } from '../../harness/test-stack.ts';
import type { TestStack } from '../../harness/test-stack.ts';
import { wordModel } from '../../harness/tokenizer.ts';

const within = { timeout: 60_000, interval: 100 };

/** A world whose workers have a local TEI besides the GPU host's. */
async function openWithLocal(): Promise<TestStack & { readonly local: InstantTei }> {
  const local = await startInstantTei({ model: wordModel, dimension: 32 });
  const world = await openTestStack({ environment: { WEBHOOK_LOCAL_TEI_URL: local.url } });
  const dispose = world[Symbol.asyncDispose];
  return Object.assign(world, {
    local,
    [Symbol.asyncDispose]: async () => {
      await dispose();
      await local.close();
    },
  });
}
const recorded = (world: TestStack) =>
  vi.waitFor(
    async () =>
      expect(await new GoldenVectors(world.services.pool, wordModel).read()).toBeDefined(),
    within,
  );
const marked = async (world: TestStack): Promise<number> =>
  (await world.services.vectors.inventory({ embedder: 'local' })).size;

describe('a local TEI', { timeout: 120_000 }, () => {
  test('makes the vectors while the GPU host is away, marked, and the GPU host makes them anew when it is back', async () => {
    await using world = await openWithLocal();
    await world.worker();
    await world.intake.submit(page(1));
    await recorded(world);
    expect(await findInconsistencies(world)).toEqual([]);
    await world.proxies.tei.refuse();
    for (const number of [2, 3, 4]) await world.intake.submit(page(number));
    expect(await findInconsistencies(world)).toEqual([]);
    expect(await marked(world)).toBe(3);
    expect((await audit(world.services)).standIns).toBeGreaterThanOrEqual(3);
    await world.proxies.tei.pass();
    await vi.waitFor(async () => expect(await marked(world)).toBe(0), within);
    await world.intake.submit(page(5));
    expect(await findInconsistencies(world)).toEqual([]);
    expect(await marked(world)).toBe(0);
  });

  test('answers for searches by meaning as well', async () => {
    await using world = await openWithLocal();
    await world.worker();
    await world.intake.submit(page(1));
    await recorded(world);
    expect(await findInconsistencies(world)).toEqual([]);
    await world.proxies.tei.refuse();
    await vi.waitFor(
      async () =>
        expect(await search(world.services, marker(1), 'semantic', 1)).toMatchObject({
          degraded: false,
          results: [{ url: page(1).url }],
        }),
      within,
    );
  });

  test.for([
    [
      'of another model',
      (world) => {
        world.local.become({ model: 'someone/else' });
      },
      /TEI_MODEL/,
    ],
    [
      'whose vectors are others',
      (world) => {
        world.local.become({ skewed: true });
      },
      /cosine of/,
    ],
    [
      'that cannot embed',
      (world) => {
        world.local.fail('unavailable');
      },
      /TEI_ANSWER/,
    ],
    [
      'that nothing can be compared with',
      async (world) => void (await world.services.pool.query('TRUNCATE golden_vectors')),
      /no golden vectors/,
    ],
  ] as readonly (readonly [
    string,
    (world: TestStack & { local: InstantTei }) => unknown,
    RegExp,
  ])[])('%s is refused with the reason, and documents wait', async ([, spoil, reason]) => {
    await using world = await openWithLocal();
    const stop = world.services.embedder.watch(() => {}); // records
    await recorded(world);
    stop();
    await spoil(world);
    await world.proxies.tei.refuse();
    const worker = await world.worker();
    await world.intake.submit(page(1));
    await worker.logged(
      (line) => line['code'] === 'TEI_FALLBACK' && reason.test(String(line['reason'])),
    );
    expect(await marked(world)).toBe(0);
    await world.proxies.tei.pass();
    expect(await findInconsistencies(world)).toEqual([]);
    expect(await marked(world)).toBe(0);
  });
});
