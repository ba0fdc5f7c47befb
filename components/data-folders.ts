import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';

import type { InStack } from './docker/in-stack.ts';
import type { WorkerImage } from './worker-image.ts';

/** Owner of the data folders of the deployment that this replaces, and so the user of our workers. */
export const dataOwner = { uid: 99, gid: 100 };

/** Below the base; the names that the old deployment gave them. */
const folders = { keywords: 'pulse_webhook/bm25', models: 'pulse_webhook/hf_cache' } as const;

export interface DataFoldersArgs extends Pick<InStack, 'engineId'> {
  /** Folder of the Docker host; absent, no folder is made and volumes are used. */
  readonly base: string | undefined;
  /** Models stay on a volume where an embedded TEI shares them. */
  readonly gpuHost: 'external' | 'embedded';
  /** Any image with a shell. A container makes the folders, so that it works on a remote host. */
  readonly image: Pick<WorkerImage, 'reference'>;
}

/**
 * Owns the folders of the host that are used instead of named volumes. An absent folder is made
 * with its owner; one that is there is left exactly as it is, also by `destroy`.
 */
export class DataFolders extends pulumi.ComponentResource {
  /** Absolute path on the host, once the folder is there; undefined: a volume is used. */
  readonly keywords: pulumi.Output<string> | undefined;
  /** As `keywords`; the folder is what HF_HOME is in the worker. */
  readonly models: pulumi.Output<string> | undefined;

  constructor(name: string, args: DataFoldersArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:data:DataFolders', name, {}, opts);
    const { base } = args;
    if (base === undefined) return;

    const hasModels = args.gpuHost === 'external';
    const used = hasModels ? [folders.keywords, folders.models] : [folders.keywords];
    // One command for all: a stack of an earlier release has it under this name.
    const made = new command.local.Command(
      `${name}-made`,
      {
        create: 'sh components/data-folders.sh',
        environment: {
          BASE: base,
          IMAGE: args.image.reference,
          FOLDERS: used.join(' '),
          OWNER: `${dataOwner.uid}:${dataOwner.gid}`,
        },
        triggers: [base, used, ...(args.engineId === undefined ? [] : [args.engineId])],
      },
      { parent: this },
    );

    const onceMade = (folder: string): pulumi.Output<string> =>
      made.id.apply(() => `${base}/${folder}`);
    this.keywords = onceMade(folders.keywords);
    this.models = hasModels ? onceMade(folders.models) : undefined;
    this.registerOutputs({ keywords: this.keywords, models: this.models });
  }
}
