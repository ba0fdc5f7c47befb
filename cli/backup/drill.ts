import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';

import { CommandError } from '../../toolchain/command-error.ts';
import { isolationFlags } from '../container-flags.ts';
import { containersOf } from '../containers.ts';
import { formatEnvFlags, parseVariables } from '../in-worker.ts';
import { captureOutput, captureResult } from '../process.ts';
import type { Progress } from '../progress/steps.ts';
import { runInImage } from './database.ts';
import type { Database } from './database.ts';
import { BackupError } from './error.ts';
import type { CompleteBackup } from './folder.ts';
import { refuseUnfit, restoreDatabase } from './restore.ts';

/** What of a worker's container a search by keyword is asked with. */
export interface WorkerProgram {
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
}

export interface DrillResult {
  /** Documents that were searched for, and those of them that were found. */
  readonly asked: number;
  readonly found: number;
}

const startLimitMs = 120_000;

/** The image and settings of the stack's workers. @throws CommandError when it has none */
export async function findWorkerProgram(stack: string): Promise<WorkerProgram> {
  const [worker] = await containersOf(stack, 'webhook-worker-');
  if (worker === undefined)
    throw new CommandError(
      `stack ${stack} has no worker, and a drill searches with its image`,
      `bring it up: ./pulse up --stack ${stack}`,
    );
  const lines = worker.Config.Env.filter((line) => !line.startsWith('PATH='));
  return { image: worker.Config.Image, env: parseVariables(lines) };
}

/**
 * Restores a backup into a Postgres of its own and searches for 20 random documents in a keyword
 * index of its own. Both are without a network, so that nothing of the stack can be reached, and
 * are removed at the end.
 *
 * @param image of Postgres
 * @throws BackupError when it cannot be restored
 */
export async function drill(
  backup: CompleteBackup,
  image: string,
  program: WorkerProgram,
  { report, signal }: Pick<Progress, 'report' | 'signal'>,
): Promise<DrillResult> {
  const password = randomBytes(24).toString('hex');
  const container = `pulse-drill-${randomBytes(4).toString('hex')}`;
  const database: Database = { container, image, name: 'drill', user: 'drill', password };
  try {
    report('starting a Postgres');
    await startPostgres(database, signal);
    await refuseUnfit(backup, database);
    report('restoring the database');
    await restoreDatabase(backup, database, signal);
    const picked = (await runInImage(database, 'pick_documents')).split('\n').filter(Boolean);
    report(`searching for ${picked.length} documents`);
    const answers = await search(database, program, picked.map(wordsOf));
    const found = picked.filter((line, index) => answers[index]?.includes(urlOf(line)));
    return { asked: picked.length, found: found.length };
  } finally {
    await captureResult('docker', ['rm', '--force', '--volumes', container]);
  }
}

const urlOf = (line: string): string => line.split('\t')[0] ?? '';
const wordsOf = (line: string): string => line.split('\t')[1] ?? '';

async function startPostgres(database: Database, signal: AbortSignal): Promise<void> {
  const env = {
    POSTGRES_USER: database.user,
    POSTGRES_PASSWORD: database.password,
    POSTGRES_DB: database.name,
    POSTGRES_INITDB_ARGS: '--locale=C.UTF-8 --encoding=UTF8',
  };
  // Nothing is lost with it.
  const command = ['postgres', '-c', 'fsync=off', '-c', 'full_page_writes=off'];
  await captureOutput(
    'docker',
    [
      'run',
      '--detach',
      '--name',
      database.container,
      '--network',
      'none',
      ...formatEnvFlags(env),
      database.image,
      ...command,
    ],
    { env },
  );
  const ready = ['exec', database.container, 'pg_isready', '-q', '-h', '127.0.0.1'];
  const deadlineMs = Date.now() + startLimitMs;
  while ((await captureResult('docker', ready)).problem !== undefined) {
    if (Date.now() > deadlineMs)
      throw new BackupError('BACKUP_RESTORE', 'the Postgres of the drill does not start');
    await pause(200, undefined, { signal });
  }
}

/** @returns the URLs that each query found, in the order of the queries */
async function search(
  { container, user, password, name }: Database,
  program: WorkerProgram,
  queries: readonly string[],
): Promise<string[][]> {
  const env = {
    ...program.env,
    WEBHOOK_DATABASE_URL: `postgresql://${user}:${password}@127.0.0.1:5432/${name}`,
  };
  const commands =
    'node worker/cli.ts keywords rebuild >&2 && ' +
    'node worker/cli.ts search - --mode keyword --limit 100';
  const printed = await captureOutput(
    'docker',
    [
      'run',
      '--rm',
      '--interactive',
      '--init',
      '--network',
      `container:${container}`,
      ...isolationFlags,
      '--volume',
      '/app/data/bm25',
      ...formatEnvFlags(env),
      program.image,
      'sh',
      '-c',
      commands,
    ],
    { env, input: Readable.from(queries.map((query) => `${query}\n`)) },
  );
  return printed.split('\n').map((line) => {
    const { results = [] } = JSON.parse(line) as { results?: { url: string }[] };
    return results.map(({ url }) => url);
  });
}
