import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';

import { parseDocument } from '../../../../worker/documents/document.ts';
import { makeIndexes } from '../../../../worker/postgres/indexes.ts';
import { openPool } from '../../../../worker/postgres/pool.ts';
import { listDocuments } from '../../../../worker/records/document-list.ts';
import { eventually } from '../../../harness/eventually.ts';
import { page } from '../../../harness/pages.ts';
import { openTestStack } from '../../../harness/test-stack.ts';
import type { TestStack } from '../../../harness/test-stack.ts';

const names = [
  'documents_by_age',
  'documents_by_host',
  'versions_by_crawl',
  'versions_cancelled',
  'versions_to_embed',
  'versions_to_index',
];
const running = new AbortController().signal;

let stack: TestStack;
let pool: pg.Pool;
beforeAll(async () => {
  stack = await openTestStack();
  const options = { connectionString: stack.directEnv['WEBHOOK_DATABASE_URL'], max: 10 };
  pool = openPool({ ...options, mayBeReadOnly: false }, stack.services.log);
  // Those that are not named here stay.
  await makeIndexes(pool, running);
});
afterAll(async () => {
  await pool.end();
  await stack[Symbol.asyncDispose]();
});
beforeEach(async () => {
  for (const name of names) await pool.query(`DROP INDEX IF EXISTS ${name}`);
});

async function validity(): Promise<Record<string, boolean>> {
  const { rows } = await pool.query<{ name: string; valid: boolean }>(
    `SELECT c.relname AS name, i.indisvalid AS valid
     FROM pg_class c JOIN pg_index i ON i.indexrelid = c.oid WHERE c.relname = ANY($1)`,
    [names],
  );
  return Object.fromEntries(rows.map(({ name, valid }) => [name, valid]));
}
const allValid = Object.fromEntries(names.map((name) => [name, true]));

let last = 0;
const submit = () => stack.services.records.accept(parseDocument(page((last += 1))));

/** A transaction that has written, which an index has to wait for until it is over. */
async function openTransaction(): Promise<() => Promise<void>> {
  const client = await pool.connect();
  let isOpen = true;
  const end = async (): Promise<void> => {
    if (!isOpen) return;
    isOpen = false;
    await client.query('ROLLBACK');
    client.release();
  };
  onTestFinished(end);
  await client.query('BEGIN');
  await client.query(
    `INSERT INTO documents (id, url, latest, content_hash)
     VALUES (gen_random_uuid(), 'https://a.example/open', -1, '')`,
  );
  return end;
}

/** @returns the process of Postgres that makes an index and waits */
const makerOfIndex = () =>
  eventually('an index that is being made', async () => {
    const { rows } = await pool.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity
       WHERE query LIKE 'CREATE INDEX%' AND wait_event_type = 'Lock'
         AND datname = current_database()`,
    );
    expect(rows).toHaveLength(1);
    return rows[0]?.pid;
  });

describe('indexes of Postgres', () => {
  test('are made while documents come in', async () => {
    const end = await openTransaction();
    const made = makeIndexes(pool, running);
    await makerOfIndex();
    for (let count = 0; count < 3; count += 1)
      expect(await submit()).toMatchObject({ outcome: 'accepted' });
    await makerOfIndex();
    await end();
    expect(await made).toEqual(names);
    expect(await validity()).toEqual(allValid);
  });

  test('are made once when several processes start at the same time', async () => {
    const end = await openTransaction();
    const making = Array.from({ length: 4 }, () => makeIndexes(pool, running));
    await makerOfIndex();
    await eventually('three that ask for their turn', async () => {
      const { rows } = await pool.query<{ asking: number }>(
        `SELECT count(*)::int AS asking FROM pg_stat_activity
         WHERE query LIKE 'SELECT pg_%advisory_lock%' AND datname = current_database()`,
      );
      expect(rows[0]?.asking).toBe(3);
    });
    await end();
    const made = await Promise.all(making);
    expect(made.flat().sort()).toEqual(names);
    expect(await validity()).toEqual(allValid);
    expect(await makeIndexes(pool, running)).toEqual([]);
  });

  test('that were left half made are dropped and made again', async () => {
    const end = await openTransaction();
    const killed = makeIndexes(pool, running).catch((error: unknown) => error);
    await pool.query('SELECT pg_terminate_backend($1)', [await makerOfIndex()]);
    expect(await killed).toMatchObject({ code: expect.stringMatching(/^POSTGRES_/) });
    expect(await validity()).toEqual({ documents_by_age: false });
    await end();
    expect(await makeIndexes(pool, running)).toEqual(names);
    expect(await validity()).toEqual(allValid);
  });

  test('are finished by Postgres when the process that makes them ends', async () => {
    const end = await openTransaction();
    const stopping = new AbortController();
    const stopped = makeIndexes(pool, stopping.signal).catch((error: unknown) => error);
    await makerOfIndex();
    stopping.abort(new Error('SIGTERM'));
    expect(await stopped).toMatchObject({ message: 'SIGTERM' });
    const next = makeIndexes(pool, running);
    await end();
    expect(await next).not.toContain('documents_by_age');
    expect(await validity()).toEqual(allValid);
  });

  test.each([
    ['documents_by_age', {}],
    ['documents_by_host', { host: 'rare.example' }],
    ['versions_by_crawl', { crawl: 'rare' }],
    ['versions_cancelled', { state: 'cancelled' }],
  ] as const)('%s is what a list is read by that is asked for %j', async (name, filter) => {
    const { records } = stack.services;
    const rare = { url: 'https://rare.example/', text: 'granite', crawlId: 'rare' };
    const { documentId } = await records.accept(parseDocument(rare));
    await records.cancel({ only: [documentId] });
    for (let count = 0; count < 300; count += 1) await submit();
    await makeIndexes(pool, running);
    await pool.query('ANALYZE documents, versions');
    const reader = new pg.Pool({
      connectionString: stack.directEnv['WEBHOOK_DATABASE_URL'],
      options: '-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off',
    });
    await using _closed = { [Symbol.asyncDispose]: () => reader.end() };
    expect((await listDocuments(reader, filter, 5)).items).not.toEqual([]);
    await eventually('a count of the index', async () => {
      const { rows } = await pool.query<{ scans: number }>(
        'SELECT idx_scan::int AS scans FROM pg_stat_user_indexes WHERE indexrelname = $1',
        [name],
      );
      expect(rows[0]?.scans).toBeGreaterThan(0);
    });
  });

  test('are made by a worker, which does not wait for them', async () => {
    const end = await openTransaction();
    await stack.worker();
    await makerOfIndex();
    await end();
    await eventually('all indexes', async () => expect(await validity()).toEqual(allValid));
  });
});
