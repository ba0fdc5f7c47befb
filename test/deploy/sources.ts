import { execFile } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');
const exec = promisify(execFile);

/** Copies the files of this tree that Git knows or would add. */
export async function copySources(folder: string): Promise<void> {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const { stdout } = await exec('git', list, { cwd: root });
  // Git still lists a file that was removed and not yet committed.
  for (const path of stdout
    .split('\0')
    .filter((name) => name !== '' && existsSync(join(root, name))))
    cpSync(join(root, path), join(folder, path));
}

/** Removes all sources, and leaves what belongs to a clone: its packages, its state, its stack. */
export function removeSources(folder: string, stack: string): void {
  const kept = ['node_modules', '.pulse', `Pulumi.${stack}.yaml`];
  for (const name of readdirSync(folder).filter((one) => !kept.includes(one)))
    rmSync(join(folder, name), { recursive: true });
}
