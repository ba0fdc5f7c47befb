/** The sources of another revision with their packages, in a folder that is removed at the end. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import {
  copyFile,
  mkdir,
  mkdtemp,
  readFile,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { removeAtExit } from '../../test/harness/reaper.ts';
import { cacheFolder } from '../../toolchain/cache.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { captureOutput, captureResult } from '../../toolchain/process.ts';
import { runWithProgress } from '../../toolchain/step.ts';
import type { Report } from '../row.ts';

export interface OtherTree extends AsyncDisposable {
  readonly folder: string;
  /** Empty, for what the benchmarks of both sides write. */
  readonly scratch: string;
}

/**
 * The commit that a branch, a tag or a part of a hash means.
 *
 * @param root this tree, which is a clone
 * @throws CommandError when this clone does not have it, or it has no benchmarks
 */
export async function resolveCommit(root: string, revision: string): Promise<string> {
  const wanted = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const { problem, stdout } = await captureResult('git', wanted, { cwd: root });
  if (problem !== undefined)
    throw new CommandError(`this clone has no revision ${revision}`, 'git fetch, or name another');
  const commit = stdout.trim();
  const bench = await captureResult('git', ['cat-file', '-e', `${commit}:bench/main.ts`], {
    cwd: root,
  });
  if (bench.problem !== undefined)
    throw new CommandError(`revision ${revision} has no benchmarks`, 'name a later one');
  return commit;
}

/**
 * Checks a commit out with its packages. It is a clone that borrows this one's objects, not a
 * worktree: this repository knows nothing of it, so nothing is left in it whatever happens.
 */
export async function openTree(root: string, commit: string, report: Report): Promise<OtherTree> {
  const outer = await mkdtemp(join(tmpdir(), 'pulse-bench-against-'));
  const { now: remove } = removeAtExit('rm', '-rf', outer);
  const folder = join(outer, 'tree');
  const scratch = join(outer, 'tmp');
  try {
    report(`checking out ${commit}`);
    await mkdir(scratch);
    const quietly = ['--quiet', '--shared', '--no-checkout'];
    await captureOutput('git', ['clone', ...quietly, root, folder]);
    await captureOutput('git', ['checkout', '--quiet', '--detach', commit], { cwd: folder });
    await symlink(await findPackages(root, folder, report), join(folder, 'node_modules'));
    // .gitignore names the folder, which a link is not: a copy of the project would take it along.
    await writeFile(join(folder, '.git/info/exclude'), '/node_modules\n');
    return { folder, scratch, [Symbol.asyncDispose]: remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** This tree's packages where the lock file is the same; else the cache's, installed once. */
async function findPackages(root: string, folder: string, report: Report): Promise<string> {
  const lock = await readFile(join(folder, 'package-lock.json'));
  const installed = join(root, 'node_modules');
  const isSame = lock.equals(await readFile(join(root, 'package-lock.json')));
  if (isSame && existsSync(installed)) return installed;
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 12);
  const place = join(cacheFolder(), 'bench', `packages-${hash}`);
  if (!existsSync(place)) await installPackages(folder, place, report);
  return join(place, 'node_modules');
}

/** Renames the complete folder once, so that an interrupted installation leaves none. */
async function installPackages(from: string, place: string, report: Report): Promise<void> {
  const unfinished = `${place}.${process.pid}.unfinished`;
  await mkdir(unfinished, { recursive: true });
  try {
    for (const file of ['package.json', 'package-lock.json'])
      await copyFile(join(from, file), join(unfinished, file));
    await runWithProgress(
      {
        doing: "installing that revision's packages",
        command: 'npm',
        args: ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
        cwd: unfinished,
        remedy: 'check that this machine reaches the npm registry: npm ping',
      },
      report,
    );
    await rename(unfinished, place);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}
