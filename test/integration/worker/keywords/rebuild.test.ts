import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { audit } from '../../../../worker/audit/audit.ts';
import { rebuildKeywordIndex } from '../../../../worker/rebuild/keyword-index.ts';
import { runCommandLine } from '../../../harness/command-line.ts';
import { findInconsistencies } from '../../../harness/consistency.ts';
import { eventually } from '../../../harness/eventually.ts';
import { marker, page } from '../../../harness/pages.ts';
import { openTestStack } from '../../../harness/test-stack.ts';
import type { TestStack } from '../../../harness/test-stack.ts';

const count = 12;

let stack: TestStack;
beforeAll(async () => {
  stack = await openTestStack();
  await stack.worker();
  for (let number = 0; number < count; number += 1) await stack.intake.submit(page(number));
  await eventually('indexed pages', async () =>
    expect(await audit(stack.services)).toMatchObject({ ok: true, documents: count, pending: 0 }),
  );
});
afterAll(() => stack[Symbol.asyncDispose]());

/** Ids of the documents that are stored, in the order in which a rebuild takes them. */
async function storedIds(): Promise<string[]> {
  const { rows } = await stack.services.pool.query<{ id: string }>(
    'SELECT id FROM documents ORDER BY id',
  );
  return rows.map(({ id }) => id);
}
const folder = () => stack.directEnv['WEBHOOK_KEYWORD_DIR'] as string;

/** Files that were put aside until now. */
const countUnusable = async (): Promise<number> =>
  (await readdir(folder())).filter((name) => name.includes('unusable')).length;

/** As a failing disk does it: nothing is left in the log, and the file holds something else. */
async function damage(file: string) {
  const db = new DatabaseSync(file, { timeout: 5_000 });
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  db.close();
  await writeFile(file, 'not SQLite at all '.repeat(500));
}

describe('a rebuild of the keyword index', () => {
  test('changes no count when the index is intact', async () => {
    const before = await audit(stack.services);
    expect(
      (await runCommandLine(stack.directEnv, ['keywords', 'rebuild', '--json'])).json,
    ).toMatchObject({ pages: before.documents, removed: 0, setAside: null, problems: [] });
    expect(await audit(stack.services)).toEqual(before);
  });

  test('puts a damaged file aside while workers write, replace and delete', async () => {
    const removed = page(51);
    const removedId = await stack.intake.submit(removed);
    expect(await findInconsistencies(stack)).toEqual([]);
    const unusable = await countUnusable();
    await damage(join(folder(), 'keywords-4.sqlite'));
    const check = await runCommandLine(stack.directEnv, ['keywords', 'check']);
    expect({ code: check.code, stdout: check.stdout }).toEqual({
      code: 1,
      stdout: expect.stringContaining('KEYWORDS_CORRUPT'),
    });
    const rebuilding = rebuildKeywordIndex(stack.services, () => {});
    await Promise.all([
      stack.intake.submit(page(1, 2)),
      stack.intake.submit(page(50)),
      stack.intake.remove(removed.url, removedId),
    ]);
    expect((await rebuilding).setAside).toContain('unusable');
    expect(await findInconsistencies(stack)).toEqual([]);
    expect((await stack.services.keywords.search(marker(1, 2), {}, 1))[0]?.url).toBe(page(1).url);
    expect(await countUnusable()).toBe(unusable + 1);
  });

  test('continues where an interrupted one stopped', async () => {
    await stack.services.keywords.startEmpty();
    const ids = await storedIds();
    await stack.services.keywords.replace([], undefined, ids[0]);
    expect(await rebuildKeywordIndex(stack.services, () => {})).toMatchObject({
      resumed: true,
      pages: ids.length - 1,
    });
    expect(await rebuildKeywordIndex(stack.services, () => {})).toMatchObject({
      resumed: false,
      pages: ids.length,
    });
    expect(await audit(stack.services)).toMatchObject({ ok: true });
  });

  test('is done by one process at a time', async () => {
    // The first cannot go on until this transaction ends.
    const holder = await stack.services.pool.connect();
    await holder.query('BEGIN; LOCK TABLE versions');
    const rebuilds = [1, 2].map(() => rebuildKeywordIndex(stack.services, () => {}));
    await expect(Promise.race(rebuilds)).rejects.toMatchObject({ code: 'KEYWORDS_LOCKED' });
    await holder.query('ROLLBACK');
    holder.release();
    const outcomes = await Promise.allSettled(rebuilds);
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

test('./pulse keywords rebuild waits for one that is running, as of a worker after a restore', async () => {
  const { pool } = stack.services;
  const worker = await pool.connect();
  await worker.query('SELECT pg_advisory_lock(7305003)');
  const rebuilding = runCommandLine(stack.directEnv, ['keywords', 'rebuild']);
  try {
    await eventually('a command that has asked for the lock', async () => {
      const { rowCount } = await pool.query(
        `SELECT FROM pg_stat_activity
         WHERE datname = current_database() AND query LIKE 'SELECT pg_try_advisory_lock%'`,
      );
      return rowCount !== 0;
    });
  } finally {
    worker.release(true);
  }
  expect(await rebuilding).toMatchObject({
    code: 0,
    stderr: expect.stringContaining('waiting for another rebuild'),
  });
});

describe('a starting worker', () => {
  const expectRebuilt = async (spoil: (file: string) => Promise<unknown>) => {
    const documents = (await storedIds()).length;
    await spoil(join(folder(), 'keywords-4.sqlite'));
    const worker = await stack.worker();
    await worker.logged(({ msg }) => msg === 'the keyword index was rebuilt from Postgres');
    expect(await audit(stack.services)).toMatchObject({ ok: true, documents });
  };

  test('fills a keyword index whose volume was lost', async () => {
    await expectRebuilt(() => rm(folder(), { recursive: true }));
  });

  test('replaces a keyword index that an older Pulse wrote', async () => {
    await expectRebuilt(async (file) => {
      await rm(folder(), { recursive: true });
      await mkdir(folder());
      const db = new DatabaseSync(file);
      db.exec('CREATE VIRTUAL TABLE passages USING fts5 (body)');
      db.close();
    });
  });

  test('leaves a keyword index alone that a newer Pulse wrote, and says so', async () => {
    const db = new DatabaseSync(join(folder(), 'keywords-4.sqlite'), { timeout: 5_000 });
    const own = db.prepare('PRAGMA user_version').get() as { user_version: number };
    onTestFinished(() => {
      db.exec(`PRAGMA user_version = ${own.user_version}`);
      db.close();
    });
    db.exec('PRAGMA user_version = 999');
    const worker = await stack.worker();
    const reported = await worker.logged(({ code }) => code === 'KEYWORDS_SCHEMA');
    expect(reported).toMatchObject({ code: 'KEYWORDS_SCHEMA' });
  });
});
