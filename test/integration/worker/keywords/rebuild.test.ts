import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

import { audit } from '../../../../worker/audit/audit.ts';
import { rebuildKeywordIndex } from '../../../../worker/rebuild/keyword-index.ts';
import { runCommandLine } from '../../../harness/command-line.ts';
import { findInconsistencies } from '../../../harness/consistency.ts';
import { marker, page } from '../../../harness/pages.ts';
import { openTestStack } from '../../../harness/test-stack.ts';
import type { TestStack } from '../../../harness/test-stack.ts';

const soon = { timeout: 60_000, interval: 200 };
const count = 12;

let world: TestStack;
const ids: string[] = [];
beforeAll(async () => {
  world = await openTestStack();
  await world.worker();
  for (let number = 0; number < count; number += 1)
    ids.push(await world.intake.submit(page(number)));
  await vi.waitFor(
    async () =>
      expect(await audit(world.services)).toMatchObject({ ok: true, documents: count, pending: 0 }),
    soon,
  );
});
afterAll(() => world[Symbol.asyncDispose]());

const folder = () => world.directEnv['WEBHOOK_KEYWORD_DIR'] as string;

/** As a failing disk does it: what the log held is in the file, and then the file is something else. */
async function damage(file: string) {
  const db = new DatabaseSync(file, { timeout: 5_000 });
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
  await writeFile(file, 'not SQLite at all '.repeat(500));
}

describe('a rebuild', () => {
  test('of a sound index changes no count', async () => {
    const before = await audit(world.services);
    expect(
      (await runCommandLine(world.directEnv, ['keywords', 'rebuild', '--json'])).json,
    ).toMatchObject({ pages: count, removed: 0, setAside: null, problems: [] });
    expect(await audit(world.services)).toEqual(before);
  });

  test('of a damaged one puts the file aside, while workers write, delete and replace pages', async () => {
    await damage(join(folder(), 'keywords.sqlite'));
    const check = await runCommandLine(world.directEnv, ['keywords', 'check']);
    expect({ code: check.code, stdout: check.stdout }).toEqual({
      code: 1,
      stdout: expect.stringContaining('KEYWORDS_CORRUPT'),
    });
    const rebuilding = rebuildKeywordIndex(world.services, () => {});
    await Promise.all([
      world.intake.submit(page(1, 2)),
      world.intake.submit(page(50)),
      world.intake.remove(page(2).url, ids[2] as string),
    ]);
    expect((await rebuilding).setAside).toContain('unusable');
    expect(await findInconsistencies(world)).toEqual([]);
    expect((await world.services.keywords.search(marker(1, 2), {}, 1))[0]?.url).toBe(page(1).url);
    expect((await readdir(folder())).filter((name) => name.includes('unusable'))).toHaveLength(1);
  });

  test('that was broken off goes on where it was', async () => {
    await world.services.keywords.startAnew();
    const [first] = [...ids].sort();
    await world.services.keywords.replace([], undefined, first);
    expect(await rebuildKeywordIndex(world.services, () => {})).toMatchObject({
      resumed: true,
      pages: count - 1,
    });
    expect(await rebuildKeywordIndex(world.services, () => {})).toMatchObject({
      resumed: false,
      pages: count,
    });
    expect(await audit(world.services)).toMatchObject({ ok: true });
  });

  test('is done by one process at a time', async () => {
    const outcomes = await Promise.allSettled([
      rebuildKeywordIndex(world.services, () => {}),
      rebuildKeywordIndex(world.services, () => {}),
    ]);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

describe('a worker that starts', () => {
  const madeAnew = async (spoil: (file: string) => Promise<unknown>) => {
    await spoil(join(folder(), 'keywords.sqlite'));
    const worker = await world.worker();
    await worker.logged(({ msg }) => msg === 'the keyword index was rebuilt from Postgres');
    expect(await audit(world.services)).toMatchObject({ ok: true, documents: count });
  };

  test('fills an index whose volume was lost', () =>
    madeAnew(() => rm(folder(), { recursive: true })));

  test('replaces one that an older Pulse wrote', () =>
    madeAnew(async (file) => {
      await rm(folder(), { recursive: true });
      await mkdir(folder());
      const db = new DatabaseSync(file);
      db.exec('CREATE VIRTUAL TABLE passages USING fts5 (body)');
      db.close();
    }));

  test('leaves one alone that a newer Pulse wrote, and says so', async () => {
    const db = new DatabaseSync(join(folder(), 'keywords.sqlite'), { timeout: 5_000 });
    db.exec('PRAGMA user_version = 999');
    db.close();
    const worker = await world.worker();
    await worker.logged(({ code }) => code === 'KEYWORDS_SCHEMA');
  });
});
