import * as pulumi from '@pulumi/pulumi';

import type { DataFolders } from './data-folders.ts';
import { dataVolume } from './docker/data-volume.ts';
import type { InStack } from './docker/in-stack.ts';

export interface KeywordVolumeArgs extends Pick<InStack, 'prefix' | 'protectData'> {
  readonly folders: Pick<DataFolders, 'keywords'>;
}

/**
 * Owns the file of the keyword index, which all workers share and which outlives `destroy`. It lies
 * in a folder of the host where there is one, else on a volume.
 */
export class KeywordVolume extends pulumi.ComponentResource {
  /** Name of the volume, or absolute path of the folder. */
  readonly source: pulumi.Output<string>;

  constructor(name: string, args: KeywordVolumeArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:data:KeywordVolume', name, {}, opts);

    this.source =
      args.folders.keywords ??
      dataVolume(`${name}-data`, `${args.prefix}_bm25`, {
        parent: this,
        protect: args.protectData,
        // In stacks of earlier releases its parent is the pool of workers.
        aliases: [{ parent: pulumi.createUrn('worker', 'pulse:worker:WorkerPool') }],
      }).name;
    this.registerOutputs({ source: this.source });
  }
}
