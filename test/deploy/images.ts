import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { localImages } from '../../offline/images/recipe.ts';
import type { LocalImageName } from '../../offline/images/recipe.ts';
import { settingRows } from '../../settings.ts';

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
