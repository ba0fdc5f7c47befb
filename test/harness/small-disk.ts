import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { removeAtExit } from './reaper.ts';

const execute = promisify(execFile);

/** Mounting needs root; elsewhere the tests of a full disk are skipped. */
export const canMount = process.platform === 'linux' && process.getuid?.() === 0;

/** A file system in memory that a test can fill up. */
export interface SmallDisk extends AsyncDisposable {
  readonly folder: string;
  fill(): Promise<void>;
  free(): Promise<void>;
}

export async function openSmallDisk(megabytes: number): Promise<SmallDisk> {
  const folder = await mkdtemp(join(tmpdir(), 'pulse-disk-'));
  await execute('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  const { now: unmount } = removeAtExit('umount', '--lazy', folder);
  const ballast = join(folder, 'ballast');
  return {
    folder,
    fill: () => fill(folder, ballast),
    free: () => rm(ballast),
    [Symbol.asyncDispose]: async () => {
      await unmount();
      await rm(folder, { recursive: true });
    },
  };
}

/** Another process may write at the same time: what it leaves, or took, is looked at again. */
async function fill(folder: string, ballast: string): Promise<void> {
  for (;;) {
    const { bavail, bsize } = await statfs(folder);
    if (bavail === 0) return;
    await appendFile(ballast, Buffer.alloc(bavail * bsize)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    });
  }
}
