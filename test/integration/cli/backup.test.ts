import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { findReason } from '../../../cli/backup/before-update.ts';
import { runInImage } from '../../../cli/backup/database.ts';
import { openTarget } from '../../../cli/backup/folder.ts';
import { documents, large, openBackupPostgres, take } from '../../harness/backups.ts';
import type { BackupPostgres } from '../../harness/backups.ts';
import { eventually } from '../../harness/eventually.ts';
import { canMount, openSmallDisk } from '../../harness/small-disk.ts';

const execute = promisify(execFile);

let postgres: BackupPostgres;
let target: string;

beforeAll(async () => {
  postgres = await openBackupPostgres();
});
afterAll(() => postgres[Symbol.asyncDispose]());

beforeEach(async () => {
  target = await mkdtemp(join(tmpdir(), 'pulse-backups-'));
  return () => rm(target, { recursive: true });
});

describe('what fails leaves nothing that is called a backup', () => {
  const nothingLeft = async (folder = target): Promise<void> =>
    expect(await readdir(folder)).toEqual([]);

  test.skipIf(!canMount)('on a full disk', async () => {
    const database = await postgres.createDatabase();
    await postgres.ask(database.name, large);
    await using disk = await openSmallDisk(2);
    await expect(take(database, disk.folder)).rejects.toMatchObject({ code: 'BACKUP_DISK' });
    await nothingLeft(disk.folder);
  });

  test('when it is interrupted', async () => {
    const database = await postgres.createDatabase();
    await postgres.ask(database.name, large);
    await using _held = await postgres.holdDumps(database);
    const interrupt = new AbortController();
    const taken = take(database, target, interrupt.signal);
    await eventually('a dump that has begun', () => dumpSize());
    interrupt.abort();
    await expect(taken).rejects.toMatchObject({ code: 'BACKUP_POSTGRES' });
    await nothingLeft();
  });

  test('when a table is missing', async () => {
    const database = await postgres.createDatabase();
    await postgres.ask(database.name, 'DROP TABLE chunks');
    await expect(take(database, target)).rejects.toMatchObject({ code: 'BACKUP_TABLES' });
    await nothingLeft();
  });

  test('when the target is away', async () => {
    await expect(openTarget(join(target, 'not-mounted'))).rejects.toMatchObject({
      code: 'BACKUP_TARGET',
    });
    await nothingLeft();
  });

  test('when the target takes no files any more', async () => {
    const database = await postgres.createDatabase();
    const mounted = { folder: target, env: { BACKUP_ABOUT: '{}' } };
    await expect(runInImage(database, 'dump', mounted)).rejects.toMatchObject({
      code: 'BACKUP_TARGET',
    });
    await nothingLeft();
  });

  test('when Postgres is killed in the middle of the dump', async () => {
    const database = await postgres.createDatabase();
    await postgres.ask(database.name, large);
    await using _held = await postgres.holdDumps(database);
    // It may fail before `docker kill` has ended.
    const failed = take(database, target).catch((error: unknown) => error);
    await eventually('a dump that has begun', () => dumpSize());
    await postgres.server.docker('kill');
    try {
      expect(await failed).toMatchObject({ code: 'BACKUP_POSTGRES' });
      await nothingLeft();
    } finally {
      await postgres.server.docker('start');
      await postgres.server.healthy();
    }
  });

  async function dumpSize(): Promise<void> {
    const [name = ''] = await readdir(target);
    if ((await stat(join(target, name, 'database.dump'))).size === 0) throw new Error('empty');
  }
});

test('an update that cannot be undone is one that migrates, or has another Postgres', async () => {
  const database = await postgres.createDatabase();
  const later = join(target, 'migrations');
  await cp(new URL('../../../worker/postgres/migrations', import.meta.url), later, {
    recursive: true,
  });
  await writeFile(join(later, '9999-later.sql'), '');
  expect(await findReason(database, 'postgres:16', later)).toBeUndefined(); // it has no documents
  await postgres.ask(database.name, documents(1, 1));
  expect(await findReason(database, postgres.image)).toBeUndefined();
  expect(await findReason(database, 'postgres:16')).toMatch(/another Postgres \(postgres:16\)/);
  expect(await findReason(database, postgres.image, later)).toMatch(
    /migrates .*\(9999-later\.sql\)/,
  );
});

test('two backups of one Postgres do not run at the same time', async () => {
  const database = await postgres.createDatabase();
  const holder = `${postgres.server.container}-backup`;
  await execute('docker', ['create', '--name', holder, postgres.image]);
  try {
    await expect(take(database, target)).rejects.toMatchObject({ code: 'BACKUP_RUNNING' });
  } finally {
    await execute('docker', ['rm', holder]);
  }
  expect(await readdir(target)).toEqual([]);
});
