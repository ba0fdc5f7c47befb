import { describe, expect, test } from 'vitest';

import { audit } from '../../../worker/audit/audit.ts';
import { GoldenVectors } from '../../../worker/embeddings/golden.ts';
import { search } from '../../../worker/search/search.ts';
import { startInstantTei } from '../../doubles/instant-tei.ts';
import type { InstantTei } from '../../doubles/instant-tei.ts';
import { findInconsistencies } from '../../harness/consistency.ts';
import { eventually } from '../../harness/eventually.ts';
import { marker, page } from '../../harness/pages.ts';
import { openTestStack } from '../../harness/test-stack.ts';
import type { TestStack } from '../../harness/test-stack.ts';
import { wordModel } from '../../harness/tokenizer.ts';

/** A test stack whose workers have a local TEI besides the GPU host's. */
async function openWithLocal(): Promise<TestStack & { readonly local: InstantTei }> {
  const local = await startInstantTei({ model: wordModel, dimension: 32 });
  const stack = await openTestStack({ environment: { WEBHOOK_LOCAL_TEI_URL: local.url } });
  const dispose = stack[Symbol.asyncDispose];
  return Object.assign(stack, {
    local,
    [Symbol.asyncDispose]: async () => {
      await dispose();
      await local.close();
    },
  });
}
const recorded = (stack: TestStack) =>
  eventually('recorded golden vectors', async () =>
    expect(await new GoldenVectors(stack.services.pool, wordModel).read()).toBeDefined(),
  );
const marked = async (stack: TestStack): Promise<number> =>
  (await stack.services.vectors.inventory({ embedder: 'local' })).size;

describe('a local TEI', () => {
  test('makes marked vectors while the GPU host is away, which replaces them when it is back', async () => {
    await using stack = await openWithLocal();
    await stack.worker();
    await stack.intake.submit(page(1));
    await recorded(stack);
    expect(await findInconsistencies(stack)).toEqual([]);
    await stack.proxies.tei.refuse();
    for (const number of [2, 3, 4]) await stack.intake.submit(page(number));
    expect(await findInconsistencies(stack)).toEqual([]);
    expect(await marked(stack)).toBe(3);
    expect((await audit(stack.services)).standIns).toBeGreaterThanOrEqual(3);
    await stack.proxies.tei.pass();
    await eventually("vectors of the GPU host's TEI only", async () =>
      expect(await marked(stack)).toBe(0),
    );
    await stack.intake.submit(page(5));
    expect(await findInconsistencies(stack)).toEqual([]);
    expect(await marked(stack)).toBe(0);
  });

  test('serves semantic searches while the GPU host is away', async () => {
    await using stack = await openWithLocal();
    await stack.worker();
    await stack.intake.submit(page(1));
    await recorded(stack);
    expect(await findInconsistencies(stack)).toEqual([]);
    await stack.proxies.tei.refuse();
    await eventually('page 1 by meaning', async () =>
      expect(await search(stack.services, marker(1), 'semantic', 1)).toMatchObject({
        degraded: false,
        results: [{ url: page(1).url }],
      }),
    );
  });

  test.for([
    [
      'of another model',
      (stack) => {
        stack.local.become({ model: 'someone/else' });
      },
      /TEI_MODEL/,
    ],
    [
      'with other vectors',
      (stack) => {
        stack.local.become({ skewed: true });
      },
      /cosine of/,
    ],
    [
      'that cannot embed',
      (stack) => {
        stack.local.fail('unavailable');
      },
      /TEI_ANSWER/,
    ],
    [
      'without golden vectors to compare with',
      async (stack) => void (await stack.services.pool.query('TRUNCATE golden_vectors')),
      /no golden vectors/,
    ],
  ] as readonly (readonly [
    string,
    (stack: TestStack & { local: InstantTei }) => unknown,
    RegExp,
  ])[])('%s is refused with the reason, and documents wait', async ([, spoil, reason]) => {
    await using stack = await openWithLocal();
    const stop = stack.services.embedder.watch(() => {}); // records
    await recorded(stack);
    stop();
    await spoil(stack);
    await stack.proxies.tei.refuse();
    const worker = await stack.worker();
    await stack.intake.submit(page(1));
    await worker.logged(
      (line) => line['code'] === 'TEI_FALLBACK' && reason.test(String(line['reason'])),
    );
    expect(await marked(stack)).toBe(0);
    await stack.proxies.tei.pass();
    expect(await findInconsistencies(stack)).toEqual([]);
    expect(await marked(stack)).toBe(0);
  });
});
