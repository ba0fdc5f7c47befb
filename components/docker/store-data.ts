import * as command from '@pulumi/command';
import type * as pulumi from '@pulumi/pulumi';

import { storeFolder } from '../../settings/names.ts';
import { dataVolume } from './data-volume.ts';
import type { InStack } from './in-stack.ts';

export interface HostFolder {
  /** First part of the names of its resources, and the folder's name. */
  readonly resource: string;
  /** uid:gid of a new folder; absent, that of the image. */
  readonly owner?: string;
  /** Any with a shell. A container makes the folder, so that it works on a remote host. */
  readonly image: pulumi.Input<string>;
}

export interface StoreData extends HostFolder {
  readonly volume: string;
}

type Place = Pick<InStack, 'prefix' | 'storeBase' | 'engineId'>;

/**
 * Declares where a store keeps its data. Its volume is declared in any case: a stack that has it
 * could not lose it where data are protected, and keeps it when its data move to a folder.
 *
 * @returns the volume's name, or the absolute path of the folder once it is there
 */
export function storeData(
  { volume, ...folder }: StoreData,
  place: Place & Pick<InStack, 'protectData'>,
  parent: pulumi.Resource,
): pulumi.Output<string> {
  const protect = place.protectData;
  const { name } = dataVolume(`${folder.resource}-data`, volume, { parent, protect });
  return hostFolder(folder, place, parent) ?? name;
}

/**
 * Declares a folder of the Docker host for what would else be on a volume.
 *
 * @returns its absolute path once it is there; undefined in a stack that uses volumes
 */
export function hostFolder(
  { resource, owner, image }: HostFolder,
  { prefix, storeBase: base, engineId }: Place,
  parent: pulumi.Resource,
): pulumi.Output<string> | undefined {
  if (base === undefined) return undefined;
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
