import { mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { runInImage } from './database.ts';
import type { Database } from './database.ts';
import { BackupError } from './error.ts';
import { nameBackup } from './folder.ts';
import type { CompleteBackup } from './folder.ts';
import { dumpName, parseManifest } from './manifest.ts';

/** What a backup is made of besides the database. */
export interface Taken {
  readonly database: Database;
  readonly stack: string;
  /** Texts by the names of their files: the stack's settings and its state, secrets encrypted. */
  readonly files: Readonly<Record<string, string>>;
}

interface Working {
  /** Says how far it is. */
  readonly report: (line: string) => void;
  /** Aborted by Ctrl-C: what was written is removed. */
  readonly signal: AbortSignal;
}

const reportEveryMs = 1_000;

/**
 * Makes a backup in a folder of its own inside `target`. The dump is a file that pg_dump itself
 * writes; the manifest comes last, and without it nothing counts as a backup. What fails or is
 * interrupted leaves nothing behind.
 *
 * @throws BackupError
 */
export async function takeBackup(
  { database, stack, files }: Taken,
  target: string,
  { report, signal }: Working,
): Promise<CompleteBackup> {
  const folder = join(target, nameBackup(stack, new Date()));
  await orTargetFault(mkdir(folder, { mode: 0o700 }));
  const stopReporting = reportSize(join(folder, dumpName), report);
  try {
    for (const [name, text] of Object.entries(files))
      await orTargetFault(writeFile(join(folder, name), text, { mode: 0o600 }));
    const printed = await runInImage(database, 'dump', {
      folder,
      mayWrite: true,
      container: `${database.container}-backup`,
      env: { BACKUP_ABOUT: JSON.stringify({ stack, image: database.image }) },
      signal,
    });
    const manifest = parseManifest(printed);
    if (manifest === undefined || signal.aborted)
      throw new BackupError('BACKUP_POSTGRES', 'the dump did not end');
    return { folder, manifest };
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  } finally {
    stopReporting();
  }
}

async function orTargetFault<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new BackupError(code === 'ENOSPC' ? 'BACKUP_DISK' : 'BACKUP_TARGET', message);
  }
}

/** @returns ends it */
function reportSize(path: string, report: (line: string) => void): () => void {
  const timer = setInterval(() => {
    void stat(path).then(
      ({ size }) => report(`dumping: ${formatBytes(size)}`),
      () => undefined, // not yet there
    );
  }, reportEveryMs);
  return () => clearInterval(timer);
}

export function formatBytes(bytes: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  let size = bytes;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  return `${unit === 0 ? size : size.toFixed(1)} ${units[unit]}`;
}
