import { cp, mkdtemp, open, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { checkBackup } from '../../../cli/backup/check.ts';
import type { Database } from '../../../cli/backup/database.ts';
import { findBackup, listBackups } from '../../../cli/backup/folder.ts';
import type { CompleteBackup } from '../../../cli/backup/folder.ts';
import { refuseUnfit, restoreDatabase } from '../../../cli/backup/restore.ts';
import { documents, large, never, openBackupPostgres, take } from '../../harness/backups.ts';
import type { BackupPostgres } from '../../harness/backups.ts';
import { role } from '../../harness/stores.ts';

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

const pause = `INSERT INTO operator VALUES ('paused', 'true'), ('limit', '7')`;

/** What an operator has, as a query sees it: documents, states, the last of them, settings. */
const contents = (database: Database): Promise<object[]> =>
  postgres.ask(
    database.name,
    `SELECT (SELECT count(*) FROM documents) AS documents, (SELECT count(*) FROM chunks) AS chunks,
       (SELECT jsonb_object_agg(state, n) FROM (SELECT state, count(*) n FROM versions GROUP BY 1) s) AS states,
       (SELECT md5(string_agg(page::text, '' ORDER BY id)) FROM versions) AS texts,
       (SELECT jsonb_object_agg(key, value) FROM operator) AS operator`,
  );

async function flipByte(path: string): Promise<void> {
  const file = await open(path, 'r+');
  const at = Math.floor((await file.stat()).size / 2);
  const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
  await file.write(Buffer.from([(buffer[0] ?? 0) ^ 1]), 0, 1, at);
  await file.close();
}

describe('a backup', () => {
  test('is restored with the same documents, states and settings of the operator', async () => {
    const [from, to] = [await postgres.createDatabase(), await postgres.createDatabase()];
    await postgres.ask(from.name, documents(1, 1_000), pause);
    const made = await take(from, target);
    await checkBackup(made, postgres.image, never);

    const found = await findBackup(target);
    expect(found).toEqual(made);
    await refuseUnfit(found, to);
    await restoreDatabase(found, to, never);
    expect(await contents(to)).toEqual(await contents(from));

    await expect(refuseUnfit(found, to)).rejects.toMatchObject({ code: 'BACKUP_NOT_EMPTY' });
    const { mode } = await stat(join(found.folder, 'Pulumi.test.yaml'));
    expect(mode & 0o077).toBe(0);
  });

  test('agrees with its own manifest while documents come in at full speed', async () => {
    const [from, to] = [await postgres.createDatabase(), await postgres.createDatabase()];
    await postgres.ask(from.name, documents(1, 200), large);
    const stop = new AbortController();
    let stored = 200;
    const intake = (async () => {
      for (; !stop.signal.aborted; stored += 1)
        await postgres.ask(from.name, documents(stored + 1, stored + 1));
    })();
    const made = await take(from, target).finally(() => stop.abort());
    await intake;
    const { documents: counted } = made.manifest.tables;
    expect(counted?.rows).toBeGreaterThanOrEqual(200);
    expect(stored).toBeGreaterThan(counted?.rows ?? stored);
    await checkBackup(made, postgres.image, never);
    await restoreDatabase(made, to, never);
    expect(await postgres.ask(to.name, 'SELECT count(*)::int AS n FROM documents')).toEqual([
      { n: counted?.rows },
    ]);
  });
});

describe('a check, and a restore,', () => {
  let original: CompleteBackup;
  let made: CompleteBackup;
  let empty: Database;
  beforeAll(async () => {
    const database = await postgres.createDatabase();
    empty = await postgres.createDatabase();
    await postgres.ask(database.name, documents(1, 100));
    original = await take(database, await mkdtemp(join(tmpdir(), 'pulse-backups-')));
    return () => rm(dirname(original.folder), { recursive: true });
  });
  beforeEach(async () => {
    made = { ...original, folder: join(target, basename(original.folder)) };
    await cp(original.folder, made.folder, { recursive: true });
  });

  const expectRefusal = async (code: string, problem: RegExp): Promise<void> => {
    const found = findBackup(made.folder);
    const check = found.then((backup) => checkBackup(backup, postgres.image, never));
    await expect(check).rejects.toMatchObject({ code, message: expect.stringMatching(problem) });
    const restore = found.then((backup) => refuseUnfit(backup, empty));
    await expect(restore).rejects.toMatchObject({ code });
  };

  test('name a file with a flipped bit', async () => {
    await flipByte(join(made.folder, 'database.dump'));
    await expectRefusal('BACKUP_DAMAGED', /database\.dump has other bytes/);
  });

  test('name a file that is missing', async () => {
    await rm(join(made.folder, 'Pulumi.test.yaml'));
    await expectRefusal('BACKUP_DAMAGED', /Pulumi\.test\.yaml is missing/);
  });

  test('do not take a folder without a manifest for a backup', async () => {
    await rm(join(made.folder, 'manifest.json'));
    await expectRefusal('BACKUP_INCOMPLETE', /manifest\.json/);
    expect(await listBackups(target)).toEqual([{ folder: made.folder, manifest: undefined }]);
    await expect(findBackup(target)).rejects.toMatchObject({ code: 'BACKUP_INCOMPLETE' });
  });

  test('compare the dump with the manifest, table by table', async () => {
    const { tables } = made.manifest;
    const other = {
      ...made,
      manifest: {
        ...made.manifest,
        tables: { ...tables, documents: { rows: 101, hash: '1' }, lost: { rows: 1, hash: '1' } },
      },
    };
    await expect(checkBackup(other, postgres.image, never)).rejects.toMatchObject({
      code: 'BACKUP_DAMAGED',
      message: expect.stringMatching(/documents has 100 of 101 rows; table lost is missing/),
    });
    await expect(restoreDatabase(other, empty, never)).rejects.toMatchObject({
      code: 'BACKUP_RESTORE',
    });
    expect(await postgres.ask(empty.name, 'SELECT count(*)::int AS n FROM documents')).toEqual([
      { n: 0 },
    ]);
    expect(
      await postgres.ask(
        role,
        `SELECT datname FROM pg_database WHERE datname = '${empty.name}_restored'`,
      ),
    ).toEqual([]);
  });

  test('refuse the schema of a newer Pulse', async () => {
    const manifest = { ...made.manifest, schema: '9999-later.sql' };
    await expect(refuseUnfit({ ...made, manifest }, empty)).rejects.toMatchObject({
      code: 'BACKUP_NEWER',
    });
  });
});
