import * as pulumi from '@pulumi/pulumi';

import type { DataFolders } from './data-folders.ts';
import { dataVolume } from './docker/data-volume.ts';
import type { InStack } from './docker/in-stack.ts';

/** Where Hugging Face's libraries keep models below their home folder, HF_HOME. */
const hub = 'hub';

export interface ModelCacheArgs extends Pick<InStack, 'prefix' | 'protectData'> {
  readonly folders: Pick<DataFolders, 'models'>;
}

/**
 * Owns the models' files, which outlive `destroy`. TEI containers fetch them, and the workers count
 * tokens with the same files. They lie on a volume, or in a folder of the host that is the whole
 * home folder of Hugging Face's libraries.
 */
export class ModelCache extends pulumi.ComponentResource {
  /** Name of the volume; it is there also where a folder is used. */
  readonly volume: pulumi.Output<string>;
  readonly #folder: pulumi.Output<string> | undefined;

  constructor(name: string, args: ModelCacheArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:data:ModelCache', name, {}, opts);

    this.volume = dataVolume('models', `${args.prefix}_hf_cache`, {
      parent: this,
      protect: args.protectData,
      // In stacks of earlier releases it has no parent.
      aliases: [{ parent: pulumi.rootStackResource }],
    }).name;
    this.#folder = args.folders.models;
    this.registerOutputs({ volume: this.volume });
  }

  /**
   * Mounts the models for a container.
   *
   * @param home what HF_HOME is in the container
   * @returns mount point -> volume or folder
   */
  mountsAt(home: string): Readonly<Record<string, pulumi.Input<string>>> {
    return this.#folder === undefined
      ? { [`${home}/${hub}`]: this.volume }
      : { [home]: this.#folder };
  }
}
