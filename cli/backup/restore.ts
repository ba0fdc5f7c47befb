import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import { root } from '../paths.ts';
import { runInImage } from './database.ts';
import type { Database } from './database.ts';
import { BackupError } from './error.ts';
import type { CompleteBackup } from './folder.ts';
import { compareFiles, compareTables } from './manifest.ts';
import type { Tables } from './manifest.ts';

/**
 * Refuses a backup that this clone cannot read, and a database that has something in it.
 *
 * @throws BackupError BACKUP_NEWER, BACKUP_NOT_EMPTY or BACKUP_DAMAGED
 */
export async function refuseUnfit(
  { folder, manifest }: CompleteBackup,
  database: Database,
): Promise<void> {
  const known = readdirSync(join(root, 'worker/postgres/migrations'));
  if (manifest.schema !== '' && !known.includes(manifest.schema))
    throw new BackupError('BACKUP_NEWER', `its schema is ${manifest.schema}`);
  const contents = await runInImage(database, 'list_contents');
  if (contents !== '')
    throw new BackupError(
      'BACKUP_NOT_EMPTY',
      `the database has ${contents.trim().split('\n').join(', ')}`,
    );
  const problems = await compareFiles(folder, manifest);
  if (problems.length > 0) throw new BackupError('BACKUP_DAMAGED', problems.join('; '));
}

/**
 * Restores the dump into a database of its own, compares every table with the manifest, and only
 * then puts it in the place of the empty one. Nothing may be connected to that one which would
 * write to it.
 *
 * @throws BackupError; the stack's database is as it was
 */
export async function restoreDatabase(
  { folder, manifest }: CompleteBackup,
  database: Database,
  signal: AbortSignal,
): Promise<void> {
  const container = `${database.container}-backup`;
  try {
    const printed = await runInImage(database, 'load', { folder, container, signal });
    const problems = compareTables(manifest.tables, JSON.parse(printed) as Tables);
    if (problems.length > 0) throw new BackupError('BACKUP_RESTORE', problems.join('; '));
  } catch (error) {
    // Where Postgres is away it stays, and the next restore removes it.
    await runInImage(database, 'forget').catch(() => undefined);
    throw error;
  }
  await runInImage(database, 'swap', { container });
}
