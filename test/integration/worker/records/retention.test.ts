import { Pool } from 'pg';
import { expect, test } from 'vitest';

import { audit } from '../../../../worker/audit/audit.ts';
import { deleteExpired } from '../../../../worker/records/retention.ts';
import { readScheduledTasks } from '../../../../worker/records/scheduled-tasks.ts';
import { retentionTask } from '../../../../worker/schedule/retention.ts';
import { runSchedule } from '../../../../worker/schedule/schedule.ts';
import { runCommandLine } from '../../../harness/command-line.ts';
import { eventually } from '../../../harness/eventually.ts';
import { page, pages } from '../../../harness/pages.ts';
import { countStored, measureDisk } from '../../../harness/sizes.ts';
import { readPending } from '../../../harness/stored.ts';
import { openTestStack } from '../../../harness/test-stack.ts';

test('retention says what it would remove, removes it when told to, and keeps what is in use', async () => {
  await using stack = await openTestStack();
  await stack.worker();
  for (let edition = 1; edition <= 5; edition += 1) await stack.intake.submit(page(1, edition));
  await stack.intake.submit(page(2));
  await eventually('indexed pages', async () =>
    expect(await audit(stack.services)).toMatchObject({ ok: true, documents: 2, pending: 0 }),
  );
  await stack.services.pool.query("UPDATE runs SET finished_at = now() - interval '40 days'");
  const {
    rows: [{ runs }],
  } = await stack.services.pool.query('SELECT count(*)::int AS runs FROM runs');

  const retention = async (...more: string[]) =>
    (
      await runCommandLine(stack.directEnv, [
        'retention',
        '--versions',
        '2',
        '--runs-for',
        '30d',
        '--json',
        ...more,
      ])
    ).json;
  expect(await retention()).toEqual({ versions: 3, runs, removed: false });
  expect(await retention('--yes')).toEqual({ versions: 3, runs, removed: true });
  expect(await retention()).toEqual({ versions: 0, runs: 0, removed: false });
  expect(await audit(stack.services)).toMatchObject({ ok: true, documents: 2 });
  expect((await runCommandLine(stack.directEnv, ['retention', '--yes'])).code).toBe(2);
});

/** Crawls by name: days since they began and since they last delivered, and their state. */
const crawls = [
  ['ended', 120, 100, 'completed'],
  ['ended-long-ago', 500, 400, 'failed'],
  ['silent', 130, 95, 'running'],
  ['running', 110, 1, 'running'],
  ['ended-too', 101, 100, 'completed'],
] as const;

test('the daily task removes what the settings do not keep, but nothing that a running crawl needs', async () => {
  await using stack = await openTestStack();
  const { pool } = stack.services;
  for (const [id, began, last, state] of crawls)
    await pool.query(
      `WITH days AS (SELECT now() - make_interval(days => $2) AS began, now() - make_interval(days => $3) AS last),
       crawl AS (
         INSERT INTO crawls (id, source, kind, state, started_at, last_delivery_at)
         SELECT $1, 'firecrawl', 'crawl', $4, began, last FROM days)
       INSERT INTO crawl_pages (crawl_id, url, outcome, via, at)
       SELECT $1, 'https://example.test/old', 'accepted', 'webhook', began FROM days
       UNION ALL SELECT $1, 'https://example.test/new', 'accepted', 'webhook', now() FROM days WHERE $1 = 'ended'`,
      [id, began, last, state],
    );
  await pool.query(
    `INSERT INTO deliveries (source, key, event, outcome, bytes, received_at)
     SELECT source, key::text, 'page', 'stored', 1, now() - make_interval(days => age)
     FROM (VALUES ('firecrawl', 1, 40), ('firecrawl', 2, 29), ('changedetection', 1, 50), ('changedetection', 2, 45))
       AS one(source, key, age)
     UNION ALL SELECT 'changedetection', 'poll', 'poll', 'stored', 1, now() - interval '1 day'`,
  );
  await stack.api();
  const [row] = await eventually('a run of the task', async () => {
    const rows = (await readScheduledTasks(pool)).filter(({ task }) => task === 'retention');
    expect(rows).toMatchObject([{ state: 'done', problem: null }]);
    return rows;
  });

  expect(row?.result).toEqual({ versions: 0, runs: 0, deliveries: 2, crawlPages: 4, crawls: 1 });
  expect((row?.nextAt?.getTime() ?? 0) - (row?.ranAt?.getTime() ?? 0)).toBe(86_400_000);
  const left = async (query: string) =>
    (await pool.query(query)).rows.map(({ id }) => id as string);
  expect(await left('SELECT id FROM crawls ORDER BY id')).toEqual([
    'ended',
    'ended-too',
    'running',
    'silent',
  ]);
  expect(await left('SELECT crawl_id AS id FROM crawl_pages ORDER BY 1')).toEqual([
    'ended',
    'running',
  ]);
  expect(await left('SELECT source || key AS id FROM deliveries ORDER BY 1')).toEqual([
    'changedetection2',
    'changedetectionpoll',
    'firecrawl2',
  ]);
  // A sender that has been silent for longer than its deliveries are kept is not one that never was.
  expect((await runCommandLine(stack.directEnv, ['senders', '--json'])).json).toMatchObject([
    { source: 'firecrawl', event: 'page', receivedAt: expect.any(String) },
    { source: 'changedetection', event: 'page', receivedAt: expect.any(String) },
  ]);
});

test('a daily task that failed says why, and when it runs again', async () => {
  await using stack = await openTestStack();
  const { pool, log } = stack.services;
  await pool.query('ALTER TABLE runs RENAME TO elsewhere');
  const stop = new AbortController();
  const keep = { keepVersions: 5, keepRunDays: 30, keepDeliveryDays: 30, keepCrawlPageDays: 90 };
  const running = runSchedule({ pool, log, worker: 'a' }, [retentionTask(pool, keep)], stop.signal);
  await eventually('a run that failed', async () =>
    expect(await readScheduledTasks(pool)).toMatchObject([
      {
        task: 'retention',
        state: 'failed',
        result: null,
        problem: expect.stringContaining('runs'),
      },
    ]),
  );
  stop.abort();
  await running;
  const { stdout } = await runCommandLine(stack.directEnv, ['schedule']);
  expect(stdout).toMatch(/retention +failed +\S+ \S+Z .*runs.* \S+Z/);
});

test('more old versions of one document than fit into a batch are removed, and tasks that are off', async () => {
  await using stack = await openTestStack();
  const { pool } = stack.services;
  await stack.intake.submit(page(1));
  await pool.query(`
    INSERT INTO versions (id, document_id, content_hash, page)
    OVERRIDING SYSTEM VALUE
    SELECT -number, id, 'old', '{}' FROM documents, generate_series(1, 4500) number`);
  await pool.query(`
    INSERT INTO scheduled_tasks (name, holder, leased_until, due_at)
    VALUES ('switched-off', 'api-1', now() - interval '2 days', now() - interval '2 days')`);
  const kept = { keepVersions: 5, keepRunDays: 30, keepDeliveryDays: 30, keepCrawlPageDays: 90 };
  const task = retentionTask(pool, kept);
  expect(await task.run(new AbortController().signal)).toMatchObject({ versions: 4_496 });
  const { rows } = await pool.query('SELECT id FROM versions');
  expect(rows).toHaveLength(5);
  expect(await readScheduledTasks(pool)).toEqual([]);
});

test('runs and pages of crawls that have expired are removed in one walk through their tables', async () => {
  await using stack = await openTestStack();
  await stack.intake.submit(page(1));
  const rows = 20_000;
  await stack.services.pool.query(
    `INSERT INTO runs (document_id, version_id, stage, outcome, finished_at)
     SELECT id, latest, 'indexing', 'done', now() - make_interval(days => CASE WHEN n % 4 = 0 THEN 1 ELSE 40 END)
     FROM documents, generate_series(1, ${rows}) n`,
  );
  await stack.services.pool.query(
    `WITH crawl AS (
       INSERT INTO crawls (id, source, kind, state) VALUES ('old', 'firecrawl', 'crawl', 'completed') RETURNING id)
     INSERT INTO crawl_pages (crawl_id, url, outcome, via, at)
     SELECT id, 'https://example.test/' || n, 'accepted', 'webhook', now() - interval '100 days'
     FROM crawl, generate_series(1, ${rows}) n`,
  );
  // What a session did to tables is counted when it ends.
  const session = new Pool({ connectionString: String(stack.directEnv['WEBHOOK_DATABASE_URL']) });
  const kept = { runDays: 30, crawlPageDays: 90 };
  expect(await deleteExpired(session, kept)).toEqual({ runs: (rows * 3) / 4, crawlPages: rows });
  await session.end();
  const counted = await eventually('what the session did', async () => {
    const { rows: tables } = await stack.services.pool.query<{ scans: number }>(
      `SELECT relname, (seq_scan + idx_scan)::int AS scans FROM pg_stat_user_tables
       WHERE relname IN ('runs', 'crawl_pages') AND n_tup_del > 0`,
    );
    expect(tables).toHaveLength(2);
    return tables;
  });
  // Three made the indexes. A batch that began at the first page again would be one more.
  for (const { scans } of counted) expect(scans).toBeLessThan(8);
});

test('pages that change again and again leave tables, keyword index and vectors as they were', async () => {
  await using stack = await openTestStack();
  await stack.worker();
  const count = 20;
  const rounds = 8;
  const kept = { versions: 5, runDays: 1 / 86_400 };
  const seen = [];
  for (let edition = 1; edition <= rounds; edition += 1) {
    await Promise.all(pages(count, edition).map((one) => stack.intake.submit(one)));
    await eventually('indexed pages', async () =>
      expect(await readPending(stack.directEnv)).toEqual([]),
    );
    await deleteExpired(stack.services.pool, kept);
    seen.push({ rows: await countStored(stack), bytes: await measureDisk(stack) });
  }
  expect(await audit(stack.services)).toMatchObject({ ok: true, documents: count });
  const [settled, ...later] = seen.slice(kept.versions);
  expect(settled?.rows).toMatchObject({ versions: kept.versions * count });
  for (const { rows, bytes } of later) {
    expect(rows).toEqual(settled?.rows);
    expect(bytes).toBeLessThanOrEqual((settled?.bytes ?? 0) * 1.1);
  }
});
