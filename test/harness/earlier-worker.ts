import { execFile } from 'node:child_process';
import { mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { removeAtExit } from './reaper.ts';

const exec = promisify(execFile);
const root = join(import.meta.dirname, '../..');
/** What the image has of the repository. */
const sources = ['worker', 'shared', 'healthchecks'];

/** The sources of an earlier worker, with this tree's packages. */
export interface EarlierWorker extends AsyncDisposable {
  readonly folder: string;
}

/**
 * Takes a worker's sources out of the history. A shallow clone fetches the one commit from where it
 * was cloned.
 *
 * @throws when the commit is neither in this clone nor there
 */
export async function takeEarlierWorker(commit: string): Promise<EarlierWorker> {
  const git = (...args: string[]) => exec('git', args, { cwd: root });
  await git('cat-file', '-e', `${commit}^{commit}`).catch(() =>
    git('fetch', '--quiet', '--depth=1', 'origin', commit),
  );
  const folder = await mkdtemp(join(tmpdir(), 'pulse-earlier-'));
  const { now: remove } = removeAtExit('rm', '-rf', folder);
  const archive = join(folder, 'sources.tar');
  const { stdout } = await git('ls-tree', '--name-only', commit);
  const there = sources.filter((name) => stdout.split('\n').includes(name));
  await git('archive', `--output=${archive}`, commit, ...there);
  await exec('tar', ['-xf', archive, '-C', folder]);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, [Symbol.asyncDispose]: remove };
}
