import * as command from '@pulumi/command';
import type * as pulumi from '@pulumi/pulumi';

import { storeFolder } from '../../settings/names.ts';
import { dataVolume } from './data-volume.ts';
import type { InStack } from './in-stack.ts';

export interface StoreData {
  /** First part of the names of its resources. */
  readonly resource: string;
  readonly volume: string;
  /** uid:gid of a new folder; absent, that of the image. */
  readonly owner?: string;
  /** Any with a shell. A container makes the folder, so that it works on a remote host. */
  readonly image: pulumi.Input<string>;
}

type Place = Pick<InStack, 'prefix' | 'storeBase' | 'engineId' | 'protectData'>;

/**
 * Declares where a store keeps its data. Its volume is declared in any case: a stack that has it
 * could not lose it where data are protected, and keeps it when its data move to a folder.
 *
 * @returns the volume's name, or the absolute path of the folder once it is there
 */
export function storeData(
  { resource, volume, owner, image }: StoreData,
  { prefix, storeBase: base, engineId, protectData: protect }: Place,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const { name } = dataVolume(`${resource}-data`, volume, { parent, protect });
  if (base === undefined) return name;
  const folder = storeFolder(prefix, resource);
  const made = new command.local.Command(
    `${resource}-folder`,
    {
      create: 'sh components/data-folders.sh',
      environment: {
        BASE: base,
        IMAGE: image,
        FOLDERS: folder,
        ...(owner !== undefined && { OWNER: owner }),
      },
      triggers: [base, folder, ...(engineId === undefined ? [] : [engineId])],
    },
    { parent },
  );
  return made.id.apply(() => `${base}/${folder}`);
}
