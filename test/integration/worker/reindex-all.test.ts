import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

import { describe, expect, test } from 'vitest';

import { audit } from '../../../worker/audit/audit.ts';
import { readGpuHostState } from '../../../worker/circuit/circuits.ts';
import { rebuildCollection } from '../../../worker/rebuild/collection.ts';
import { estimateReindex } from '../../../worker/rebuild/estimate.ts';
import { search } from '../../../worker/search/search.ts';
import { listNumbered } from '../../../worker/vectors/collection.ts';
import { findInconsistencies } from '../../harness/consistency.ts';
import { eventually } from '../../harness/eventually.ts';
import { page } from '../../harness/pages.ts';
import { programsFolder } from '../../harness/programs-folder.ts';
import { openTestStack } from '../../harness/test-stack.ts';
import type { TestStack } from '../../harness/test-stack.ts';

async function indexed(count: number, stack: TestStack): Promise<void> {
  for (let number = 1; number <= count; number += 1) await stack.intake.submit(page(number));
  expect(await findInconsistencies(stack)).toEqual([]);
}
const collections = ({ services: { vectors } }: TestStack): Promise<string[]> =>
  vectors.qdrant.ask('collections', (client) => listNumbered(client, vectors.identity.alias));
const named = ({ services: { vectors } }: TestStack, number: number): string =>
  `${vectors.identity.alias}-v${number}`;

/**
 * From now on TEI embeds about half of 40 documents, eight at a time, and keeps all others waiting
 * until it passes again.
 */
function holdFromTheMiddle({ proxies }: TestStack): Promise<void> {
  const embedded = new Set<string>();
  return proxies.tei.answer(({ body }) => {
    const documents = body.match(/zq\d+x/g) ?? [];
    if (documents.length > 0 && embedded.size >= 20) return 'hang';
    for (const document of documents) embedded.add(document);
    return 'pass';
  });
}

const someEmbedded = (stack: TestStack): Promise<void> =>
  eventually('six documents in the new collection', async () => {
    const found = await stack.services.vectors.inventory({ of: named(stack, 2) });
    expect(found.size).toBeGreaterThan(5);
  });

/** `./pulse reindex --all`, as it runs in a worker's container. */
function command(stack: TestStack) {
  const child = spawn(process.execPath, ['worker/cli.ts', 'reindex', '--all', '--json'], {
    cwd: programsFolder,
    env: { PATH: process.env['PATH'], ...stack.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let progress = '';
  child.stderr.on('data', (bytes: Buffer) => {
    progress += bytes.toString();
  });
  return {
    child,
    progress: () => progress,
    ended: Promise.all([text(child.stdout), once(child, 'close')]).then(([stdout, [code]]) => ({
      stdout,
      code: code as number | null,
    })),
  };
}

describe('rebuilding all vectors', () => {
  test('embeds all chunks into a new collection, swaps the alias and removes the old', async () => {
    await using stack = await openTestStack();
    await stack.worker();
    await indexed(12, stack);
    const before = stack.tei.texts;
    expect(await rebuildCollection(stack.services, () => {})).toMatchObject({
      collection: named(stack, 2),
      written: 12,
      failed: [],
      swapped: true,
    });
    expect(stack.tei.texts).toBeGreaterThan(before);
    expect(await collections(stack)).toEqual([named(stack, 2)]);
    await stack.intake.submit(page(1, 2));
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('cuts again what earlier rules cut, which nothing else does', async () => {
    await using stack = await openTestStack();
    await stack.worker();
    const rows = Array.from({ length: 60 }, (_, row) => `| granite${row} | lantern ${row} |`);
    const url = 'https://example.test/table';
    const markdown = ['| stone | lamp |', '| --- | --- |', ...rows].join('\n');
    await stack.intake.submit({ url, title: 'Table', language: 'en', markdown });
    await indexed(1, stack);
    const { services } = stack;
    // As an earlier version left them.
    const earlier = [
      'UPDATE chunks SET prefix = NULL, chunker = NULL',
      "UPDATE chunks SET body = 'another ' || body WHERE index = 1 AND body LIKE '%granite%'",
    ];
    for (const statement of earlier) await services.pool.query(statement);
    const before = await estimateReindex(services.pool);
    expect(before).toMatchObject({ documents: 2, olderDocuments: 2, minutes: 1 });
    expect(before.olderChunks).toBe(before.chunks);
    expect(before.chunks).toBeGreaterThan(3);
    expect(await audit(services)).toMatchObject({ ok: true });

    const texts = stack.tei.texts;
    expect(await estimateReindex(services.pool)).toEqual(before);
    expect(stack.tei.texts).toBe(texts);
    expect(await rebuildCollection(services, () => {})).toMatchObject({ swapped: true });
    expect(await findInconsistencies(stack)).toEqual([]);
    expect(await estimateReindex(services.pool)).toMatchObject({ olderChunks: 0 });
    const { results } = await search(services, 'lamp', 'keyword', 5);
    expect(results).toMatchObject([{ url }]);
    const inside = await search(services, 'granite59', 'hybrid', 5);
    expect(inside.results[0]).toMatchObject({
      url,
      prefix: '| stone | lamp |',
      passage: expect.stringMatching(/^\| granite/),
    });
  });

  test('loses nothing that comes in, changes or is deleted meanwhile', async () => {
    await using stack = await openTestStack();
    await stack.worker();
    await indexed(30, stack);
    await stack.proxies.tei.delay(40);
    const rebuilding = rebuildCollection(stack.services, () => {});
    for (let number = 20; number <= 60; number += 1) await stack.intake.submit(page(number, 2));
    const gone = await stack.intake.submit(page(3, 2));
    await stack.intake.remove(page(3).url, gone);
    expect(await rebuilding).toMatchObject({ swapped: true });
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('continues after a SIGKILL where it stopped', async () => {
    await using stack = await openTestStack();
    await stack.worker();
    await indexed(40, stack);
    await holdFromTheMiddle(stack);
    const killed = command(stack);
    await someEmbedded(stack);
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(await collections(stack)).toEqual([named(stack, 1), named(stack, 2)]);
    await stack.proxies.tei.pass();
    const { stdout, code } = await command(stack).ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ collection: named(stack, 2), swapped: true });
    expect((JSON.parse(stdout) as { written: number }).written).toBeLessThan(36);
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('reports its progress, and waits for a TEI that goes away', async () => {
    await using stack = await openTestStack();
    await stack.worker();
    await indexed(40, stack);
    await holdFromTheMiddle(stack);
    const running = command(stack);
    await someEmbedded(stack);
    await stack.proxies.tei.refuse();
    await eventually('an open circuit', async () =>
      expect((await readGpuHostState(stack.services.circuits)).kind).toBe('open'),
    );
    await eventually('a report of how far it is, and that it waits for TEI', () =>
      expect(running.progress()).toMatch(/"done":\d+,"total":40,"note":"waiting: TEI_/),
    );
    await stack.proxies.tei.pass();
    expect((await running.ended).code).toBe(0);
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('swaps nothing, exits with 1 and names the document that cannot be embedded', async () => {
    await using stack = await openTestStack();
    await stack.worker();
    await indexed(6, stack);
    stack.tei.failFor('zq4x1zq', 'refused');
    const { stdout, code } = await command(stack).ended;
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      swapped: false,
      failed: [{ url: page(4).url, code: 'TEI_ANSWER' }],
    });
    expect(await findInconsistencies(stack)).toEqual([]);
  });
});
