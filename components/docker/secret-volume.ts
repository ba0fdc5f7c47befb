import * as command from '@pulumi/command';
import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { secretFolder } from '../../settings/names.ts';
import type { InStack } from './in-stack.ts';

export interface SecretVolumeArgs extends Pick<InStack, 'prefix' | 'storeBase' | 'engineId'> {
  /** The volume's name on the host after the stack's prefix, or that of its folder. */
  readonly holds: string;
  /** The file's name; another text has to have another, which then replaces its reader. */
  readonly file: pulumi.Input<string>;
  readonly text: pulumi.Input<string>;
  /** uid:gid that may read it. */
  readonly owner: string;
  /** Any image with a shell. A container writes the file, so that it works on a remote host. */
  readonly image: pulumi.Input<string>;
}

/**
 * Declares a volume with one file that nobody else may see. There neither `docker inspect` nor the
 * arguments of a process show it. It goes with the stack. Where containers have folders of the host
 * it is one of them, below one that only root may enter; it stays, as they do.
 *
 * @param name of the resource, and the beginning of that of its file
 * @returns the volume's name, or the absolute path of the folder, once the file is there
 */
export function secretVolume(
  name: string,
  args: SecretVolumeArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const { prefix, holds, storeBase: base, file, text, owner, image, engineId } = args;
  const folder = base === undefined ? undefined : secretFolder(prefix, holds);
  const volume = base ?? new docker.Volume(name, { name: `${prefix}_${holds}` }, { parent }).name;
  const written = new command.local.Command(
    `${name}-file`,
    {
      create: 'sh components/docker/secret-file.sh',
      // By standard input: an argument stands in the host's process list.
      stdin: pulumi.secret(text),
      environment: {
        VOLUME: volume,
        ...(folder !== undefined && { FOLDER: folder }),
        FILE: file,
        OWNER: owner,
        IMAGE: image,
      },
      triggers: [file, volume, ...(engineId === undefined ? [] : [engineId])],
      logging: 'stderr',
    },
    { parent, additionalSecretOutputs: ['stdin'] },
  );
  return pulumi
    .all([volume, written.id])
    .apply(([source]) => (folder === undefined ? source : `${source}/${folder}`));
}
