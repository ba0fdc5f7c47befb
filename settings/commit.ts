import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** How `git` names the commit of a tree: by the last tag, with `-dirty` where files were changed. */
const commitArgs = ['describe', '--tags', '--always', '--abbrev=12', '--dirty'];

/** @returns the commit of a folder; null without git, or where the folder is no clone */
export async function readCommit(folder: string): Promise<string | null> {
  try {
    const { stdout } = await promisify(execFile)('git', commitArgs, { cwd: folder });
    return stdout.trim() || null;
  } catch {
    return null; // a release without a commit can be gone back to all the same
  }
}
