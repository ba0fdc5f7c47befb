import { cp, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';

import { migrate } from '../../../worker/postgres/migrate.ts';
import { runCommandLine } from '../../harness/command-line.ts';
import { takeEarlierWorker } from '../../harness/earlier-worker.ts';
import type { EarlierWorker } from '../../harness/earlier-worker.ts';
import { eventually } from '../../harness/eventually.ts';
import { oldestRelease } from '../../harness/history.ts';
import { makeTestFolder } from '../../harness/test-folder.ts';
import { openTestStack } from '../../harness/test-stack.ts';
import type { TestStack } from '../../harness/test-stack.ts';
import { startProgram } from '../../harness/worker-process.ts';
import type { WorkerProcess } from '../../harness/worker-process.ts';

/** The release before this one, to which ./pulse rollback goes back. */
const former = 'e51fbdac30706f87316b78b61ed3e1806be1863d';
const migrations = join(import.meta.dirname, '../../../worker/postgres/migrations');

let stack: TestStack;
let old: EarlierWorker;
let before: EarlierWorker;
/** A database that today's worker has not migrated yet. */
let environment: Record<string, string>;
beforeAll(async () => {
  [stack, old, before] = await Promise.all([
    openTestStack(),
    takeEarlierWorker(oldestRelease),
    takeEarlierWorker(former),
  ]);
  const url = new URL(stack.directEnv['WEBHOOK_DATABASE_URL'] ?? '');
  const database = `${url.pathname.slice(1)}_updated`;
  await stack.services.pool.query(`CREATE DATABASE ${database}`);
  url.pathname = database;
  environment = { ...stack.directEnv, WEBHOOK_DATABASE_URL: url.href };
});
afterAll(async () => {
  await Promise.all([old, before, stack].map((one) => one?.[Symbol.asyncDispose]()));
});

const page = (name: string, text = `The page ${name} is about quokkas.`) =>
  JSON.stringify({ url: `https://updates.example/${name}`, title: name, markdown: text });
const pages = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => page(`page-${from + index}`));

async function workerOf(folder?: string): Promise<WorkerProcess> {
  const worker = startProgram('worker/worker.ts', 'taking jobs', environment, folder);
  await worker.ready;
  return worker;
}

/** The command line of one release. */
const commandLine =
  (folder?: string) =>
  async (args: readonly string[], lines: readonly string[] = []) =>
    runCommandLine(environment, [...args, '--json'], lines.join('\n'), folder);
const today = commandLine();

/** Stops a worker as an update does: it finishes what it has in hand. */
async function stop(worker: WorkerProcess): Promise<void> {
  worker.kill('SIGTERM');
  await worker.exited;
}

async function findUrls(words: string, ask = today): Promise<readonly string[]> {
  const { json } = await ask(['search', words, '--mode', 'keyword', '--limit', '5']);
  return (json['results'] as { url: string }[]).map(({ url }) => url);
}

/** What an operator did, and what went wrong, under another release. */
async function expectPauseAndFailure(ask: typeof today): Promise<void> {
  const queues = (await ask(['queue', 'counts'])).json as unknown as { paused: boolean }[];
  expect(queues.map(({ paused }) => paused)).toEqual([true, true]);
  expect((await ask(['queue', 'list', 'failed'])).stdout).toContain('updates.example/failed');
}

async function expectAgreement(documents: number): Promise<void> {
  await eventually('stores that agree', async () =>
    expect((await today(['audit'])).json).toMatchObject({ documents, ok: true }),
  );
}

test('what 84aa6d3 stored is taken on, with its failures and its pause, and one release back works on it', async () => {
  {
    const then = commandLine(old.folder);
    await using worker = await workerOf(old.folder);
    await then(['index', '-', '--wait'], pages(0, 1_000));
    stack.tei.failFor('indigestible', 'refused');
    const failed = await then(['index', '-', '--wait'], [page('failed', 'An indigestible page.')]);
    expect(failed.json).toMatchObject({ accepted: 1, failed: 1 });
    await then(['queue', 'pause']);
    await then(['index', '-'], pages(1_000, 1_010));
    await stop(worker);
  }
  {
    await using worker = await workerOf();
    await expectPauseAndFailure(today);
    await today(['queue', 'resume']);
    await expectAgreement(1_011);
    expect(await findUrls('page-77 quokkas')).toContain('https://updates.example/page-77');
    await today(['queue', 'pause']);
    await stop(worker);
  }
  await migrateOnce();
  {
    const release = commandLine(before.folder);
    await using worker = await workerOf(before.folder);
    await expectPauseAndFailure(release);
    await release(['queue', 'resume']);
    const indexed = await release(['index', '-', '--wait'], [page('after', 'A bilby came later.')]);
    expect(indexed.json).toMatchObject({ accepted: 1 });
    expect(await findUrls('bilby', release)).toEqual(['https://updates.example/after']);
    await stop(worker);
  }
  await using _worker = await workerOf();
  await expectAgreement(1_012);
});

/** As the next release would, with a migration that the former one may read. */
async function migrateOnce(): Promise<void> {
  const folder = makeTestFolder();
  await cp(migrations, folder, { recursive: true });
  const [last = ''] = (await readdir(folder)).sort().toReversed();
  const next = `-- oldest reader: ${last}\nALTER TABLE documents ADD COLUMN of_next_release text`;
  await writeFile(join(folder, '9999-next.sql'), next);
  const pool = new pg.Pool({ connectionString: environment['WEBHOOK_DATABASE_URL'] });
  await migrate(pool, folder);
  await pool.end();
}
