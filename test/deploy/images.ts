import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { settingRows } from '../../settings.ts';
import { localImages } from '../../toolchain/images/images.ts';
import type { LocalImageName } from '../../toolchain/images/recipe.ts';

const exec = promisify(execFile);

/**
 * The image that `./pulse up` would configure on this machine: the official one, or the one made
 * here where no registry answers.
 */
export async function imageOf(name: LocalImageName): Promise<string> {
  const local = localImages[name].reference;
  const { stdout } = await exec('docker', ['images', '--quiet', local]);
  const official =
    settingRows[name === 'node' ? 'workerBaseImage' : (`${name}Image` as const)].default;
  return stdout === '' ? (official ?? local) : local;
}
