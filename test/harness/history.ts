import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { whileLocked } from './while-locked.ts';

const exec = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** As of 25 November 2026: the oldest release with data that is still updated. */
export const oldestRelease = '84aa6d347f81cb3f34401810b163be3a54f65666';

/**
 * Writes the files of a commit into a folder. A shallow clone fetches the one commit from where it
 * was cloned.
 *
 * @param names at the top level, of those that the commit has; else all
 * @throws when the commit is neither in this clone nor there
 */
export async function extractCommit(
  commit: string,
  folder: string,
  names?: readonly string[],
): Promise<void> {
  const git = (...args: string[]) => exec('git', args, { cwd: root });
  await git('cat-file', '-e', `${commit}^{commit}`).catch(() =>
    whileLocked('git fetch', () => git('fetch', '--quiet', '--depth=1', 'origin', commit)),
  );
  const archive = join(folder, 'sources.tar');
  const { stdout } = await git('ls-tree', '--name-only', commit);
  const there = stdout
    .split('\n')
    .filter((name) => name !== '' && (names ?? [name]).includes(name));
  await git('archive', `--output=${archive}`, commit, ...there);
  await exec('tar', ['-xf', archive, '-C', folder]);
  await rm(archive);
}
