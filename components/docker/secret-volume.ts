import * as command from '@pulumi/command';
import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import type { InStack } from './in-stack.ts';

export interface SecretVolumeArgs extends Pick<InStack, 'engineId'> {
  /** The volume's name on the host. */
  readonly volume: string;
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
 * arguments of a process show it. It goes with the stack.
 *
 * @param name of the resource, and the beginning of that of its file
 * @returns the volume's name, once the file is on it
 */
export function secretVolume(
  name: string,
  args: SecretVolumeArgs,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const { file, text, owner, image, engineId } = args;
  const volume = new docker.Volume(name, { name: args.volume }, { parent });
  const written = new command.local.Command(
    `${name}-file`,
    {
      create: 'sh components/docker/secret-file.sh',
      // By standard input: an argument stands in the host's process list.
      stdin: pulumi.secret(text),
      environment: { VOLUME: volume.name, FILE: file, OWNER: owner, IMAGE: image },
      triggers: [file, volume.name, ...(engineId === undefined ? [] : [engineId])],
      logging: 'stderr',
    },
    { parent, additionalSecretOutputs: ['stdin'] },
  );
  return pulumi.all([volume.name, written.id]).apply(([source]) => source);
}
