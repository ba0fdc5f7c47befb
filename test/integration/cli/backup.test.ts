import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';

import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';

import { checkBackup } from '../../../cli/backup/check.ts';
import type { Database } from '../../../cli/backup/database.ts';
import { findBackup, listBackups, openTarget } from '../../../cli/backup/folder.ts';
import type { CompleteBackup } from '../../../cli/backup/folder.ts';
import { refuseUnfit, restoreDatabase } from '../../../cli/backup/restore.ts';
import { takeBackup } from '../../../cli/backup/take.ts';
import { postgresHealthCommand } from '../../../healthchecks/container.ts';
import { migrate } from '../../../worker/postgres/migrate.ts';
import { eventually } from '../../harness/eventually.ts';
import { imageReference, startServer } from '../../harness/server.ts';
import type { Server } from '../../harness/server.ts';
import { canMount, openSmallDisk } from '../../harness/small-disk.ts';
import { role } from '../../harness/stores.ts';

const execute = promisify(execFile);
const password = randomBytes(24).toString('hex');
const never = new AbortController().signal;

let server: Server;
let image: string;
let target: string;

beforeAll(async () => {
  image = await imageReference('postgres');
  server = await startServer({
    name: 'postgres',
    port: 5432,
    check: postgresHealthCommand(),
    env: { POSTGRES_USER: role, POSTGRES_PASSWORD: password, POSTGRES_DB: role },
    // A killed server loses nothing by that: the engine's memory stays.
    command: ['postgres', '-c', 'fsync=off', '-c', 'full_page_writes=off'],
  });
});
afterAll(() => server[Symbol.asyncDispose]());

beforeEach(async () => {
  target = await mkdtemp(join(tmpdir(), 'pulse-backups-'));
  return () => rm(target, { recursive: true });
});

const urlOf = (database: string): string =>
  `postgresql://${role}:${password}@${server.authority}/${database}`;

/** Runs statements, one after the other, and returns the rows of the last. */
async function ask(database: string, ...statements: readonly string[]): Promise<object[]> {
  const client = new pg.Client(urlOf(database));
  client.on('error', () => undefined);
  await client.connect();
  try {
    let rows: object[] = [];
    for (const statement of statements) ({ rows } = await client.query(statement));
    return rows;
  } finally {
    await client.end();
  }
}

/** A database with the schema of a stack, and nothing in it. */
async function createDatabase(): Promise<Database> {
  const name = `backup_${randomBytes(4).toString('hex')}`;
  await ask(role, `CREATE DATABASE ${name}`);
  const pool = new pg.Pool({ connectionString: urlOf(name) });
  await migrate(pool);
  await pool.end();
  return { container: server.container, image, name, user: role, password };
}

/** @param from number of the first document; each has two versions, the last one failed or indexed */
const documents = (from: number, to: number): string => `
  WITH numbers AS (SELECT i, md5(i::text)::uuid AS id FROM generate_series(${from}, ${to}) i),
  added AS (INSERT INTO documents (id, url, latest, content_hash)
    SELECT id, 'https://example.org/' || i, 2 * i + 1, md5('new' || i) FROM numbers),
  texts AS (INSERT INTO versions (id, document_id, content_hash, page, state, code) OVERRIDING SYSTEM VALUE
    SELECT 2 * i + one, id, md5(CASE one WHEN 1 THEN 'new' ELSE 'old' END || i),
      jsonb_build_object('text', repeat('Text of ' || i || E'\\n\\\\.\\nCOPY public.x ', 20)),
      CASE WHEN i % 10 = 0 THEN 'failed' ELSE 'indexed' END,
      CASE WHEN i % 10 = 0 THEN 'TEI_TIMEOUT' END
    FROM numbers, generate_series(0, 1) one)
  INSERT INTO chunks (document_id, version_id, index, body, headings)
    SELECT id, 2 * i + 1, part, 'Chunk ' || part, '{}' FROM numbers, generate_series(0, 2) part`;
const pause = `INSERT INTO operator VALUES ('paused', 'true'), ('limit', '7')`;
/** Some 10 MB that compress to half: enough to be in the middle of it. */
const large = `INSERT INTO operator SELECT 'large' || i,
  (SELECT to_jsonb(string_agg(md5(random()::text || i || j), '')) FROM generate_series(1, 8000) j)
  FROM generate_series(1, 40) i`;

const take = (database: Database, signal = never, into = target): Promise<CompleteBackup> =>
  takeBackup({ database, stack: 'test', files: { 'Pulumi.test.yaml': 'config: {}\n' } }, into, {
    report: () => undefined,
    signal,
  });

/** What an operator has, as a query sees it: documents, states, the last of them, settings. */
const contents = (database: Database): Promise<object[]> =>
  ask(
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
    const [from, to] = [await createDatabase(), await createDatabase()];
    await ask(from.name, documents(1, 1_000), pause);
    const made = await take(from);
    await checkBackup(made, image, never);

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
    const [from, to] = [await createDatabase(), await createDatabase()];
    await ask(from.name, documents(1, 200), large);
    const stop = new AbortController();
    let stored = 200;
    const intake = (async () => {
      for (; !stop.signal.aborted; stored += 1)
        await ask(from.name, documents(stored + 1, stored + 1));
    })();
    const made = await take(from).finally(() => stop.abort());
    await intake;
    const { documents: counted } = made.manifest.tables;
    expect(counted?.rows).toBeGreaterThanOrEqual(200);
    expect(stored).toBeGreaterThan(counted?.rows ?? stored);
    await checkBackup(made, image, never);
    await restoreDatabase(made, to, never);
    expect(await ask(to.name, 'SELECT count(*)::int AS n FROM documents')).toEqual([
      { n: counted?.rows },
    ]);
  });
});

describe('what fails leaves nothing that is called a backup', () => {
  const nothingLeft = async (folder = target): Promise<void> =>
    expect(await readdir(folder)).toEqual([]);

  test.skipIf(!canMount)('on a full disk', async () => {
    const database = await createDatabase();
    await ask(database.name, large);
    await using disk = await openSmallDisk(2);
    await expect(take(database, never, disk.folder)).rejects.toMatchObject({ code: 'BACKUP_DISK' });
    await nothingLeft(disk.folder);
  });

  test('when it is interrupted', async () => {
    const database = await createDatabase();
    await ask(database.name, large);
    const interrupt = new AbortController();
    const taken = take(database, interrupt.signal);
    await eventually('a dump that has begun', () => dumpSize());
    interrupt.abort();
    await expect(taken).rejects.toMatchObject({ code: 'BACKUP_POSTGRES' });
    await nothingLeft();
  });

  test('when a table is missing', async () => {
    const database = await createDatabase();
    await ask(database.name, 'DROP TABLE chunks');
    await expect(take(database)).rejects.toMatchObject({ code: 'BACKUP_TABLES' });
    await nothingLeft();
  });

  test('when the target is away', async () => {
    await expect(openTarget(join(target, 'not-mounted'))).rejects.toMatchObject({
      code: 'BACKUP_TARGET',
    });
    await nothingLeft();
  });

  test('when Postgres is killed in the middle of the dump', async () => {
    const database = await createDatabase();
    await ask(database.name, large);
    const taken = take(database);
    await eventually('a dump that has begun', () => dumpSize());
    await server.docker('kill');
    try {
      await expect(taken).rejects.toMatchObject({ code: 'BACKUP_POSTGRES' });
      await nothingLeft();
    } finally {
      await server.docker('start');
      await server.healthy();
    }
  });

  async function dumpSize(): Promise<void> {
    const [name = ''] = await readdir(target);
    if ((await stat(join(target, name, 'database.dump'))).size === 0) throw new Error('empty');
  }
});

describe('a check, and a restore,', () => {
  let original: CompleteBackup;
  let made: CompleteBackup;
  let empty: Database;
  beforeAll(async () => {
    const database = await createDatabase();
    empty = await createDatabase();
    await ask(database.name, documents(1, 100));
    original = await take(database, never, await mkdtemp(join(tmpdir(), 'pulse-backups-')));
    return () => rm(dirname(original.folder), { recursive: true });
  });
  beforeEach(async () => {
    made = { ...original, folder: join(target, basename(original.folder)) };
    await cp(original.folder, made.folder, { recursive: true });
  });

  const expectRefusal = async (code: string, problem: RegExp): Promise<void> => {
    const found = findBackup(made.folder);
    const check = found.then((backup) => checkBackup(backup, image, never));
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
    await expect(checkBackup(other, image, never)).rejects.toMatchObject({
      code: 'BACKUP_DAMAGED',
      message: expect.stringMatching(/documents has 100 of 101 rows; table lost is missing/),
    });
    await expect(restoreDatabase(other, empty, never)).rejects.toMatchObject({
      code: 'BACKUP_RESTORE',
    });
    expect(await ask(empty.name, 'SELECT count(*)::int AS n FROM documents')).toEqual([{ n: 0 }]);
    expect(
      await ask(role, `SELECT datname FROM pg_database WHERE datname = '${empty.name}_restored'`),
    ).toEqual([]);
  });

  test('refuse the schema of a newer Pulse', async () => {
    const manifest = { ...made.manifest, schema: '9999-later.sql' };
    await expect(refuseUnfit({ ...made, manifest }, empty)).rejects.toMatchObject({
      code: 'BACKUP_NEWER',
    });
  });
});

test('two backups of one Postgres do not run at the same time', async () => {
  const database = await createDatabase();
  const holder = `${server.container}-backup`;
  await execute('docker', ['create', '--name', holder, image]);
  try {
    await expect(take(database)).rejects.toMatchObject({ code: 'BACKUP_RUNNING' });
  } finally {
    await execute('docker', ['rm', holder]);
  }
  expect(await readdir(target)).toEqual([]);
});
