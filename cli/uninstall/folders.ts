import { CommandError } from '../../toolchain/command-error.ts';
import { rootFlags } from '../container-flags.ts';
import { captureOutput } from '../process.ts';

/**
 * Removes folders of the Docker host, from inside a container, so that it works on a remote host.
 *
 * @param base the folder that is mounted; it stays
 * @param folders below it, relative
 * @param image any with a shell that is on the engine
 * @throws CommandError with what cannot be removed
 */
export async function removeFolders(
  base: string,
  folders: readonly string[],
  image: string,
): Promise<void> {
  for (const folder of folders)
    if (!/^[\w.-]+(\/[\w.-]+)*$/.test(folder) || folder.split('/').includes('..'))
      throw new CommandError(`${folder} is no folder below ${base}`, 'remove it by hand');
  const mounted = folders.map((folder) => `/base/${folder}`);
  await captureOutput('docker', [
    'run',
    ...rootFlags(['DAC_OVERRIDE', 'FOWNER']),
    '--volume',
    `${base}:/base`,
    '--entrypoint',
    'rm',
    image,
    '-rf',
    '--',
    ...mounted,
  ]);
}
