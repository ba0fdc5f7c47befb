import * as pulumi from '@pulumi/pulumi';

import type { DataFolders } from './data-folders.ts';
import { dataVolume } from './docker/data-volume.ts';
import type { InStack } from './docker/in-stack.ts';
import { hostFolder } from './docker/store-data.ts';

/** Where Hugging Face's libraries keep models below their home folder, HF_HOME. */
const hub = 'hub';

type Place = Pick<InStack, 'prefix' | 'storeBase' | 'engineId' | 'protectData'>;

export interface ModelCacheArgs extends Place {
  readonly folders: Pick<DataFolders, 'models'>;
  /** An embedded TEI fetches the models, and a folder for them belongs to its image's user. */
  readonly gpuHost: { readonly mode: 'external' | 'embedded'; readonly teiImage: string };
}

/**
 * Owns the models' files, which outlive `destroy`. TEI containers fetch them, and the workers count
 * tokens with the same files. They lie on a volume, or in a folder of the host: with an external
 * GPU host it is the whole home folder of Hugging Face's libraries.
 */
export class ModelCache extends pulumi.ComponentResource {
  /** Of an embedded TEI: name of the volume, which is there in any case, or absolute path. */
  readonly source: pulumi.Output<string>;
  readonly #folder: pulumi.Output<string> | undefined;

  constructor(name: string, args: ModelCacheArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:data:ModelCache', name, {}, opts);

    const volume = dataVolume('models', `${args.prefix}_hf_cache`, {
      parent: this,
      protect: args.protectData,
      // In stacks of earlier releases it has no parent.
      aliases: [{ parent: pulumi.rootStackResource }],
    });
    const { mode, teiImage: image } = args.gpuHost;
    const shared = mode === 'embedded' && hostFolder({ resource: 'hf_cache', image }, args, this);
    this.source = shared || volume.name;
    this.#folder = args.folders.models;
    this.registerOutputs({ source: this.source });
  }

  /**
   * Mounts the models for a container.
   *
   * @param home what HF_HOME is in the container
   * @returns mount point -> volume or folder
   */
  mountsAt(home: string): Readonly<Record<string, pulumi.Input<string>>> {
    return this.#folder === undefined
      ? { [`${home}/${hub}`]: this.source }
      : { [home]: this.#folder };
  }
}
