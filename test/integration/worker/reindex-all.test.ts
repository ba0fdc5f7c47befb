import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

import { describe, expect, test, vi } from 'vitest';

import { readGpuHostState } from '../../../worker/circuit/circuits.ts';
import { rebuildCollection } from '../../../worker/rebuild/collection.ts';
import { listNumbered } from '../../../worker/vectors/collection.ts';
import { findInconsistencies } from '../../harness/consistency.ts';
import { page } from '../../harness/pages.ts';
import { openTestStack } from '../../harness/test-stack.ts';
import type { TestStack } from '../../harness/test-stack.ts';

const root = join(import.meta.dirname, '../../..');
const within = { timeout: 60_000, interval: 50 };

async function indexed(count: number, world: TestStack): Promise<void> {
  for (let number = 1; number <= count; number += 1) await world.intake.submit(page(number));
  expect(await findInconsistencies(world)).toEqual([]);
}
const collections = ({ services: { vectors } }: TestStack): Promise<string[]> =>
  vectors.qdrant.ask('collections', (client) => listNumbered(client, vectors.identity.alias));
const named = ({ services: { vectors } }: TestStack, number: number): string =>
  `${vectors.identity.alias}-v${number}`;

/** `./pulse reindex --all`, as it runs in a worker's container. */
function command(world: TestStack) {
  const child = spawn(process.execPath, ['worker/cli.ts', 'reindex', '--all', '--json'], {
    cwd: root,
    env: { PATH: process.env['PATH'], ...world.environment },
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

describe('rebuilding all vectors', { timeout: 120_000 }, () => {
  test('embeds every stored chunk into a new collection, swaps the alias, and removes the old one', async () => {
    await using world = await openTestStack();
    await world.worker();
    await indexed(12, world);
    const before = world.tei.texts;
    expect(await rebuildCollection(world.services, () => {})).toMatchObject({
      collection: named(world, 2),
      written: 12,
      failed: [],
      swapped: true,
    });
    expect(world.tei.texts).toBeGreaterThan(before);
    expect(await collections(world)).toEqual([named(world, 2)]);
    await world.intake.submit(page(1, 2));
    expect(await findInconsistencies(world)).toEqual([]);
  });

  test('loses nothing of what comes in, changes and goes meanwhile', async () => {
    await using world = await openTestStack();
    await world.worker();
    await indexed(30, world);
    await world.proxies.tei.delay(40);
    const rebuilding = rebuildCollection(world.services, () => {});
    for (let number = 20; number <= 60; number += 1) await world.intake.submit(page(number, 2));
    const gone = await world.intake.submit(page(3, 2));
    await world.intake.remove(page(3).url, gone);
    expect(await rebuilding).toMatchObject({ swapped: true });
    expect(await findInconsistencies(world)).toEqual([]);
  });

  test('goes on after a SIGKILL where it was', async () => {
    await using world = await openTestStack();
    await world.worker();
    await indexed(40, world);
    await world.proxies.tei.delay(300);
    const killed = command(world);
    const { vectors } = world.services;
    await vi.waitFor(
      async () =>
        expect((await vectors.inventory({ of: named(world, 2) })).size).toBeGreaterThan(5),
      within,
    );
    killed.child.kill('SIGKILL');
    await killed.ended;
    expect(await collections(world)).toEqual([named(world, 1), named(world, 2)]);
    await world.proxies.tei.pass();
    const { stdout, code } = await command(world).ended;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ collection: named(world, 2), swapped: true });
    expect((JSON.parse(stdout) as { written: number }).written).toBeLessThan(36);
    expect(await findInconsistencies(world)).toEqual([]);
  });

  test('says how far it is, and waits for a TEI that goes away', async () => {
    await using world = await openTestStack();
    await world.worker();
    await indexed(40, world);
    await world.proxies.tei.delay(200);
    const running = command(world);
    await vi.waitFor(() => expect(running.progress()).toMatch(/\d+ of 40 documents/), within);
    await world.proxies.tei.refuse();
    await vi.waitFor(
      async () => expect((await readGpuHostState(world.services.circuits)).kind).toBe('open'),
      within,
    );
    await vi.waitFor(() => expect(running.progress()).toContain('waiting: TEI_'), within);
    await world.proxies.tei.pass();
    expect((await running.ended).code).toBe(0);
    expect(await findInconsistencies(world)).toEqual([]);
  });

  test('swaps nothing when a document cannot be embedded any more, names it, and ends with 1', async () => {
    await using world = await openTestStack();
    await world.worker();
    await indexed(6, world);
    world.tei.failFor('zq4x1zq', 'refused');
    const { stdout, code } = await command(world).ended;
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      swapped: false,
      failed: [{ url: page(4).url, code: 'TEI_ANSWER' }],
    });
    expect(await findInconsistencies(world)).toEqual([]);
  });
});
