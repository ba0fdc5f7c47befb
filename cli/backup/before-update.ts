import { mkdirSync, readdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

import type { Settings } from '../../settings.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { containersOf } from '../containers.ts';
import { machineFolder, root } from '../paths.ts';
import type { Progress } from '../progress/steps.ts';
import { findDatabase, runInImage } from './database.ts';
import type { Database } from './database.ts';
import { listBackups } from './folder.ts';
import { readStackFiles } from './stack-files.ts';
import { takeBackup } from './take.ts';

/** Of those that updates made; others are never removed. */
const kept = 3;

/** Where the backups that updates make of a stack are. */
function updateBackups(stack: string): string {
  return join(machineFolder, 'backups', stack);
}

/**
 * Makes a backup where the update is one that cannot be undone: it migrates the schema, or opens
 * the data with another Postgres. A stack without documents needs none.
 *
 * @throws CommandError when it is needed and cannot be made
 */
export async function backUpBeforeUpdate(
  { stack, postgres }: Pick<Settings, 'stack' | 'postgres'>,
  { report, note, signal }: Progress,
): Promise<void> {
  const [container] = await containersOf(stack, 'postgres');
  if (container?.State.Status !== 'running') return;
  const database = await findDatabase(stack);
  try {
    const reason = await findReason(database, postgres.image);
    if (reason === undefined) return;
    const target = updateBackups(stack);
    mkdirSync(target, { recursive: true, mode: 0o700 });
    const files = await readStackFiles(stack);
    const made = await takeBackup({ database, stack, files }, target, { report, signal });
    note(`${reason}: backed up to ${made.folder}; the last ${kept} such backups are kept`);
    await removeOldest(target);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw new CommandError(
      `no backup could be made before an update that cannot be undone: ${error.message}`,
      `${error.remedy}; or update without one: ./pulse up --stack ${stack} --without-backup`,
      error,
    );
  }
}

/**
 * @param image that the update would have Postgres run
 * @returns why the update cannot be undone; undefined where it can, or where nothing can be lost
 */
export async function findReason(
  database: Database,
  image: string,
  migrations = join(root, 'worker/postgres/migrations'),
): Promise<string | undefined> {
  const applied = splitLines(await runInImage(database, 'list_migrations'));
  const coming = readdirSync(migrations).filter(
    (name) => name.endsWith('.sql') && !applied.includes(name),
  );
  const reason =
    database.image === image
      ? coming.length > 0 && `the update migrates the schema (${coming.join(', ')})`
      : `the update has another Postgres (${image})`;
  if (reason === false) return undefined;
  const contents = splitLines(await runInImage(database, 'list_contents'));
  return contents.length > 0 ? reason : undefined;
}

function splitLines(text: string): string[] {
  return text.split('\n').filter((line) => line !== '');
}

async function removeOldest(target: string): Promise<void> {
  const complete = (await listBackups(target)).filter(({ manifest }) => manifest !== undefined);
  for (const { folder } of complete.slice(0, -kept)) await rm(folder, { recursive: true });
}
