import { describe, expect, test } from 'vitest';

import { runCommandLine } from '../../../harness/command-line.ts';
import { findInconsistencies } from '../../../harness/consistency.ts';
import { eventually } from '../../../harness/eventually.ts';
import { page } from '../../../harness/pages.ts';
import { readStores } from '../../../harness/stored.ts';
import { openTestStack } from '../../../harness/test-stack.ts';
import type { TestStack } from '../../../harness/test-stack.ts';

const run = (stack: TestStack, ...args: string[]) => runCommandLine(stack.directEnv, args);
const elsewhere = (number: number) => ({
  ...page(number),
  url: `https://elsewhere.test/${number}`,
});

async function indexed(stack: TestStack, ...pages: ReturnType<typeof page>[]): Promise<void> {
  for (const one of pages) await stack.intake.submit(one);
  expect(await findInconsistencies(stack)).toEqual([]);
}

async function counts(stack: TestStack): Promise<number[]> {
  return Object.values(await readStores(stack.directEnv)).map(({ length }) => length);
}

describe('./pulse delete', () => {
  test('removes one document, those of a host, or all, from every store', async () => {
    await using stack = await openTestStack();
    await stack.worker();
    await indexed(stack, page(1), page(2), elsewhere(3), elsewhere(4));
    expect((await run(stack, 'delete', page(1).url, '--json')).json).toEqual({
      deleted: 1,
      left: 0,
      why: null,
    });
    expect(await run(stack, 'delete', '--domain', 'elsewhere.test')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('2 documents: add --yes'),
    });
    expect(
      (await run(stack, 'delete', '--domain', 'elsewhere.test', '--yes', '--json')).json,
    ).toMatchObject({ deleted: 2, left: 0 });
    expect((await readStores(stack.directEnv)).documents.map(({ url }) => url)).toEqual([
      page(2).url,
    ]);
    expect((await run(stack, 'delete', '--all', '--yes', '--json')).json).toMatchObject({
      deleted: 1,
      left: 0,
    });
    expect(await readStores(stack.directEnv)).toEqual({
      documents: [],
      chunks: [],
      keywordRows: [],
      points: [],
    });
    // A name that nothing has may be mistyped; of all documents none is left, as was asked for.
    for (const which of [[page(1).url], ['--domain', 'elsewhere.test'], ['file://handbook/']])
      expect(await run(stack, 'delete', ...which, '--yes')).toMatchObject({
        code: 1,
        stdout: `There is no document of ${which.at(-1)}: ./pulse list shows which there are.\n`,
      });
    expect(await run(stack, 'delete', '--all', '--yes', '--json')).toMatchObject({
      code: 0,
      json: { deleted: 0, left: 0 },
    });
  });

  test('outlasts an outage of Qdrant, and keeps a page that comes in again meanwhile', async () => {
    await using stack = await openTestStack();
    await stack.worker();
    await indexed(stack, page(1), page(2));
    await stack.proxies.qdrant.refuse();
    expect(
      (await run(stack, 'delete', '--all', '--yes', '--no-wait', '--json')).json,
    ).toMatchObject({ deleted: 2 });
    await eventually('an empty keyword index', async () =>
      expect((await readStores(stack.directEnv)).keywordRows).toEqual([]),
    );
    expect((await readStores(stack.directEnv)).points).not.toEqual([]);
    await stack.services.queues.redis.flushdb();
    await stack.intake.submit(page(2, 2));
    await stack.proxies.qdrant.pass();
    await eventually('a Qdrant without points of the first editions', async () =>
      expect(
        (await readStores(stack.directEnv)).points
          .map(({ text }) => text)
          .filter((text) => text.includes('zq1x')),
      ).toEqual([]),
    );
    await eventually('every deletion carried out', async () =>
      expect(await stack.services.removals.count()).toBe(0),
    );
    expect(
      (await findInconsistencies(stack)).filter((line) => !line.startsWith(page(1).url)),
    ).toEqual([]);
  });
});

describe('./pulse reindex', () => {
  test('indexes one document or those of a host again, and changes no count', async () => {
    await using stack = await openTestStack();
    await stack.worker();
    await indexed(stack, page(1), elsewhere(2));
    const before = await counts(stack);
    const calls = stack.tei.calls;
    expect((await run(stack, 'reindex', page(1).url, '--json')).json).toEqual({
      reindexed: 1,
      failed: 0,
      left: 0,
      why: null,
    });
    expect(
      (await run(stack, 'reindex', '--domain', 'elsewhere.test', '--json')).json,
    ).toMatchObject({ reindexed: 1, left: 0 });
    expect(stack.tei.calls).toBeGreaterThan(calls);
    expect(await findInconsistencies(stack)).toEqual([]);
    expect(await counts(stack)).toEqual(before);
    expect(await run(stack, 'reindex')).toMatchObject({ code: 2 });
    for (const which of [[page(9).url], ['--domain', 'nowhere.test']])
      expect(await run(stack, 'reindex', ...which)).toMatchObject({
        code: 1,
        stdout: expect.stringContaining(`There is no document of ${which.at(-1)}`),
      });
  });
});
