import { mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { extractCommit } from './history.ts';
import { removeAtExit } from './reaper.ts';

const root = join(import.meta.dirname, '../..');
/** What the image has of the repository. */
const sources = ['worker', 'shared', 'healthchecks'];

/** The sources of an earlier worker, with this tree's packages. */
export interface EarlierWorker extends AsyncDisposable {
  readonly folder: string;
}

/** Takes a worker's sources out of the history. @throws as `extractCommit` */
export async function takeEarlierWorker(commit: string): Promise<EarlierWorker> {
  const folder = await mkdtemp(join(tmpdir(), 'pulse-earlier-'));
  const { now: remove } = removeAtExit('rm', '-rf', folder);
  await extractCommit(commit, folder, sources);
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  return { folder, [Symbol.asyncDispose]: remove };
}
