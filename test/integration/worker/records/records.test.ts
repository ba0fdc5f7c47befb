import { readdir, copyFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import pg from 'pg';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { postgresHealthCommand } from '../../../../healthchecks/container.ts';
import { parseDocument } from '../../../../worker/documents/document.ts';
import type { Version } from '../../../../worker/documents/version.ts';
import { migrate } from '../../../../worker/postgres/migrate.ts';
import { listEnded } from '../../../../worker/records/failures.ts';
import { Records } from '../../../../worker/records/records.ts';
import { Removals } from '../../../../worker/records/removals.ts';
import { startServer } from '../../../harness/server.ts';
import type { Server } from '../../../harness/server.ts';
import { makeTestFolder } from '../../../harness/test-folder.ts';

const migrations = join(import.meta.dirname, '../../../../worker/postgres/migrations');
const env = {
  POSTGRES_USER: 'firecrawl',
  POSTGRES_PASSWORD: 'records',
  POSTGRES_DB: 'pulse_postgres',
};
const page = (url: string, text: string) =>
  parseDocument({ url: `https://records.example/${url}`, title: url, markdown: text });
const chunk = (index: number, text: string) => ({ index, text, headings: ['Install', 'Linux'] });

let running: Server;
let pool: pg.Pool;
let records: Records;
const openPool = (database: string): pg.Pool =>
  new pg.Pool({
    connectionString: `postgresql://firecrawl:records@${running.authority}/${database}`,
    max: 20,
    application_name: 'records-test',
  });
beforeAll(async () => {
  running = await startServer({
    name: 'postgres',
    port: 5432,
    env,
    check: postgresHealthCommand(),
  });
  pool = openPool('pulse_postgres');
  pool.on('error', () => {
    /* a test stops the server */
  });
  await migrate(pool);
  records = new Records(pool);
});
afterAll(async () => {
  await pool.end();
  await running[Symbol.asyncDispose]();
});

async function accepted(url: string, text: string) {
  const { documentId } = await records.accept(page(url, text));
  const version = await records.latest(documentId);
  if (version === undefined) throw new Error(`${url} was not stored`);
  return version;
}

async function copyMigrations(): Promise<string> {
  const copy = makeTestFolder();
  for (const name of await readdir(migrations))
    await copyFile(join(migrations, name), join(copy, name));
  return copy;
}

describe('the schema', () => {
  test('is brought up to date once, however many workers start at the same moment', async () => {
    await pool.query('CREATE DATABASE empty');
    const empty = openPool('empty');
    onTestFinished(() => empty.end());
    await Promise.all(Array.from({ length: 8 }, () => migrate(empty)));
    const { rows } = await empty.query<{ name: string }>(
      'SELECT name FROM schema_migrations ORDER BY name',
    );
    expect(rows.map(({ name }) => name)).toEqual((await readdir(migrations)).sort());
  });

  test('of a newer Pulse is refused by an older worker, which says why', async () => {
    const older = makeTestFolder();
    await copyFile(join(migrations, '0001-documents.sql'), join(older, '0001-documents.sql'));
    await expect(migrate(pool, older)).rejects.toMatchObject({
      code: 'POSTGRES_SCHEMA',
      kind: 'final',
      message: expect.stringContaining('0002-latest-and-runs.sql'),
    });
  });

  test('of a newer Pulse is taken by an older worker that it names, and by none before that', async () => {
    const [newer, older] = [await copyMigrations(), await copyMigrations()];
    const [last = ''] = (await readdir(migrations)).sort().toReversed();
    await writeFile(join(newer, '8888-next.sql'), `-- oldest reader: ${last}\nSELECT 1`);
    await pool.query('CREATE DATABASE newer');
    const database = openPool('newer');
    onTestFinished(() => database.end());
    await migrate(database, newer);
    await expect(migrate(database, older)).resolves.toBeUndefined();
    await rm(join(older, last));
    await expect(migrate(database, older)).rejects.toMatchObject({ code: 'POSTGRES_SCHEMA' });
  });

  test('stays as it was when a migration fails half-way', async () => {
    const broken = await copyMigrations();
    await writeFile(
      join(broken, '9999-broken.sql'),
      'CREATE TABLE half_done (id int); SELECT 1 / 0',
    );
    await expect(migrate(pool, broken)).rejects.toMatchObject({ code: 'POSTGRES_ANSWER' });
    expect((await pool.query("SELECT to_regclass('half_done') AS made")).rows).toEqual([
      { made: null },
    ]);
  });
});

describe('versions of a document', () => {
  test('with the same content are accepted once', async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, () => records.accept(page('same', 'the same text'))),
    );
    expect(outcomes.filter(({ outcome }) => outcome === 'accepted')).toHaveLength(1);
  });

  test('that come in at the same time leave the last one as the latest', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, number) => records.accept(page('race', `text ${number}`))),
    );
    const { rows } = await pool.query(
      `SELECT d.latest = max(v.id) AS right, count(*)::int
       FROM documents d JOIN versions v ON v.document_id = d.id
       WHERE d.url LIKE $1 GROUP BY d.latest`,
      ['%/race'],
    );
    expect(rows).toEqual([{ right: true, count: 20 }]);
  });

  test('that failed are accepted again with the same content', async () => {
    const version = await accepted('poison', 'poison');
    await records.recordFailure(version, {
      stage: 'indexing',
      outcome: 'failed',
      code: 'INDEXING_ERROR',
      reason: 'no good',
    });
    expect(await listEnded(pool, 'failed', 10)).toMatchObject([
      { url: version.page.url, code: 'INDEXING_ERROR', reason: 'no good' },
    ]);
    expect(await records.accept(page('poison', 'poison'))).toMatchObject({ outcome: 'accepted' });
    expect(await listEnded(pool, 'failed', 10)).toEqual([]);
  });

  test('record how long each step took and why an attempt failed', async () => {
    const { documentId } = await records.accept(page('runs', 'text'), { clean: 1.5 });
    const version = (await records.latest(documentId)) as Version;
    await records.storeChunks(version, [chunk(0, 'text')], { chunk: 3.2, keyword: 0.4 });
    await records.recordFailure(version, {
      stage: 'embedding',
      outcome: 'again',
      code: 'TEI_ANSWER',
      reason: 'overloaded',
    });
    expect((await records.latest(version.documentId))?.state).toBe('pending');
    await records.markIndexed(version, { embed: 30, upsert: 2 });
    const { rows } = await pool.query(
      'SELECT stage, outcome, code, timings, worker FROM runs WHERE document_id = $1 ORDER BY id',
      [version.documentId],
    );
    expect(rows).toEqual([
      {
        stage: 'indexing',
        outcome: 'done',
        code: null,
        timings: { clean: 1.5, chunk: 3.2, keyword: 0.4 },
        worker: 'records-test',
      },
      {
        stage: 'embedding',
        outcome: 'again',
        code: 'TEI_ANSWER',
        timings: {},
        worker: 'records-test',
      },
      {
        stage: 'embedding',
        outcome: 'done',
        code: null,
        timings: { embed: 30, upsert: 2 },
        worker: 'records-test',
      },
    ]);
  });
});

test('a version that is indexed again has no time until it was found', async () => {
  const version = await accepted('again', 'text');
  const first = await records.storeChunks(version, [chunk(0, 'text')]);
  expect(first?.seconds).toBeGreaterThanOrEqual(0);
  expect((await records.markIndexed(version))?.seconds).toBeGreaterThanOrEqual(0);
  await records.reopen([version.documentId], 'indexing');
  expect(await records.storeChunks(version, [chunk(0, 'text')])).toEqual({ seconds: null });
  expect(await records.markIndexed(version)).toEqual({ seconds: null });
});

describe('chunks', () => {
  test('are those of the latest version only, in order, however often they are stored', async () => {
    const first = await accepted('chunks', 'first');
    const chunks = [chunk(0, 'a'), chunk(1, 'b'), chunk(2, 'c')];
    expect(await records.storeChunks(first, chunks)).toBeDefined();
    const second = await accepted('chunks', 'second');
    expect((await records.latestChunks(second.documentId))?.chunks).toEqual([]);
    await records.storeChunks(second, [chunk(1, 'e'), chunk(0, 'd'), chunk(2, 'surplus')]);
    await Promise.all(
      [1, 2, 3].map(() => records.storeChunks(second, [chunk(1, 'e'), chunk(0, 'd')])),
    );
    expect((await records.latestChunks(second.documentId))?.chunks).toEqual([
      chunk(0, 'd'),
      chunk(1, 'e'),
    ]);
    expect(
      (
        await pool.query('SELECT count(*)::int FROM chunks WHERE document_id = $1', [
          second.documentId,
        ])
      ).rows,
    ).toEqual([{ count: 2 }]);
  });

  test('of an older version or of a deleted document are not stored', async () => {
    const first = await accepted('older', 'first');
    const second = await accepted('older', 'second');
    await records.storeChunks(second, [chunk(0, 'second')]);
    expect(await records.storeChunks(first, [chunk(0, 'first')])).toBeUndefined();
    await new Removals(pool).request([second.documentId]);
    expect(await records.storeChunks(second, [chunk(0, 'second')])).toBeUndefined();
  });
});

test('points of an older version that are written last make the newest version pending again', async () => {
  const first = await accepted('late', 'first');
  const second = await accepted('late', 'second');
  expect(await records.markIndexed(second)).toBeDefined();
  expect(await records.markIndexed(first)).toBeUndefined();
  expect(await records.latest(second.documentId)).toMatchObject({
    versionId: second.versionId,
    state: 'pending',
    vectorsAt: null,
  });
});

test('a stopped Postgres counts as away, and not as a fault of the document', async () => {
  onTestFinished(async () => {
    await running.docker('start');
    await running.healthy();
  });
  await running.docker('stop');
  await expect(records.latest('00000000-0000-0000-0000-000000000000')).rejects.toMatchObject({
    code: 'POSTGRES_UNREACHABLE',
    kind: 'away',
  });
});
