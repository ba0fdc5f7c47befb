import { execFile } from 'node:child_process';
import { cp, glob, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { removeAtExit } from './reaper.ts';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** A folder with the programs as the image has them: bundled, without their sources. */
export interface ImagePrograms extends AsyncDisposable {
  readonly folder: string;
}

/** Takes the steps of worker/Dockerfile, with the packages of this tree. */
export async function bundlePrograms(): Promise<ImagePrograms> {
  const outer = await mkdtemp(join(tmpdir(), 'pulse-image-programs-'));
  const removal = removeAtExit('rm', '-rf', outer);
  const folder = join(outer, 'app');
  const isPackages = (path: string) => path.endsWith('/node_modules');
  for (const name of ['shared', 'healthchecks', 'worker'])
    await cp(join(root, name), join(folder, name), {
      recursive: true,
      filter: (path) => !isPackages(path),
    });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
  const bundle = join(outer, 'bundle');
  await execute(process.execPath, ['worker/bundle.ts', bundle], { cwd: folder });
  for await (const path of glob('worker/**/*.ts', { cwd: folder })) await rm(join(folder, path));
  await cp(bundle, folder, { recursive: true, verbatimSymlinks: true });
  return {
    folder,
    [Symbol.asyncDispose]: () => removal.now(),
  };
}
