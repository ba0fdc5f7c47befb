import { randomBytes } from 'node:crypto';

import pg from 'pg';

import type { Database } from '../../cli/backup/database.ts';
import type { CompleteBackup } from '../../cli/backup/folder.ts';
import { takeBackup } from '../../cli/backup/take.ts';
import { postgresHealthCommand } from '../../healthchecks/container.ts';
import { migrate } from '../../worker/postgres/migrate.ts';
import { imageReference, startServer } from './server.ts';
import type { Server } from './server.ts';
import { role } from './stores.ts';

/** For what is not interrupted. */
export const never = new AbortController().signal;

/** A Postgres of its own, which a test may kill, with as many databases as it wants. */
export interface BackupPostgres extends AsyncDisposable {
  readonly server: Server;
  readonly image: string;
  /** Runs statements, one after the other. @returns the rows of the last */
  ask(database: string, ...statements: readonly string[]): Promise<object[]>;
  /** A database with the schema of a stack, and nothing in it. */
  createDatabase(): Promise<Database>;
  /** Keeps dumps of a database from their end: they have written its tables by then. */
  holdDumps(database: Database): Promise<AsyncDisposable>;
}

export async function openBackupPostgres(): Promise<BackupPostgres> {
  const password = randomBytes(24).toString('hex');
  const image = await imageReference('postgres');
  const server = await startServer({
    name: 'postgres',
    port: 5432,
    check: postgresHealthCommand(),
    env: { POSTGRES_USER: role, POSTGRES_PASSWORD: password, POSTGRES_DB: role },
    // A killed server loses nothing by that: the engine's memory stays.
    command: ['postgres', '-c', 'fsync=off', '-c', 'full_page_writes=off'],
  });
  const urlOf = (database: string): string =>
    `postgresql://${role}:${password}@${server.authority}/${database}`;
  const connect = async (database: string): Promise<pg.Client> => {
    const client = new pg.Client(urlOf(database));
    client.on('error', () => undefined);
    await client.connect();
    return client;
  };
  const ask: BackupPostgres['ask'] = async (database, ...statements) => {
    const client = await connect(database);
    try {
      let rows: object[] = [];
      for (const statement of statements) ({ rows } = await client.query(statement));
      return rows;
    } finally {
      await client.end();
    }
  };
  const createDatabase = async (): Promise<Database> => {
    const name = `backup_${randomBytes(4).toString('hex')}`;
    await ask(role, `CREATE DATABASE ${name}`);
    const pool = new pg.Pool({ connectionString: urlOf(name) });
    await migrate(pool);
    await pool.end();
    return { container: server.container, image, name, user: role, password };
  };
  const holdDumps: BackupPostgres['holdDumps'] = async ({ name }) => {
    const client = await connect(name);
    // pg_dump reads large objects last.
    await client.query("SELECT lo_from_bytea(0, 'held')");
    await client.query('BEGIN');
    await client.query('LOCK TABLE pg_largeobject');
    return { [Symbol.asyncDispose]: () => client.end() };
  };
  return {
    server,
    image,
    ask,
    createDatabase,
    holdDumps,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** Backs up a database as the stack `test`, which has settings and no state. */
export function take(
  database: Database,
  target: string,
  signal: AbortSignal = never,
): Promise<CompleteBackup> {
  return takeBackup(
    { database, stack: 'test', files: { 'Pulumi.test.yaml': 'config: {}\n' } },
    target,
    { report: () => undefined, signal },
  );
}

/**
 * Adds documents with two versions and three chunks each; one in ten has failed.
 *
 * @param from number of the first
 */
export const documents = (from: number, to: number): string => `
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

/** Some 10 MB that compress to half: enough to be in the middle of it. */
export const large = `INSERT INTO operator SELECT 'large' || i,
  (SELECT to_jsonb(string_agg(md5(random()::text || i || j), '')) FROM generate_series(1, 8000) j)
  FROM generate_series(1, 40) i`;
