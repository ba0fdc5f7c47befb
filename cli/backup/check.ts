import { runInImage } from './database.ts';
import { BackupError } from './error.ts';
import type { CompleteBackup } from './folder.ts';
import { compareFiles, compareTables } from './manifest.ts';

/**
 * Reads all of a backup: every file against its hash, every row of the dump against the counts of
 * the manifest.
 *
 * @param image that has the pg_restore that reads the dump
 * @throws BackupError BACKUP_DAMAGED with everything that differs
 */
export async function checkBackup(
  { folder, manifest }: CompleteBackup,
  image: string,
  signal: AbortSignal,
): Promise<void> {
  const problems = await compareFiles(folder, manifest);
  if (problems.length === 0) {
    const printed = await runInImage({ image }, 'read_dump', { folder, signal });
    problems.push(...compareTables(manifest.tables, parseCounts(printed)));
  }
  if (problems.length > 0) throw new BackupError('BACKUP_DAMAGED', problems.join('; '));
}

/** A line has a table's name and its rows. */
function parseCounts(printed: string): Record<string, { rows: number }> {
  return Object.fromEntries(
    printed
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [name = '', rows] = line.split('\t');
        return [name, { rows: Number(rows) }];
      }),
  );
}
