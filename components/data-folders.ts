import * as command from '@pulumi/command';
import * as pulumi from '@pulumi/pulumi';

/** Owner of the data folders of the deployment that this replaces, and so the user of our workers. */
export const dataOwner = { uid: 99, gid: 100 };

/** Below the base; the names that the old deployment gave them. */
const folders = { keywords: 'pulse_webhook/bm25', models: 'pulse_webhook/hf_cache' } as const;

export interface DataFoldersArgs {
  /** Folder of the Docker host; absent, nothing is made and volumes are used. */
  readonly base: string | undefined;
  /** Models stay on a volume where an embedded TEI shares them. */
  readonly models: boolean;
  /**
   * Any image with a shell: the folders are made from inside a container, so that it works on a
   * remote host.
   */
  readonly image: pulumi.Input<string>;
}

/**
 * Folders of the host in place of named volumes: made with their owner when absent, left exactly as
 * they are when there.
 */
export class DataFolders extends pulumi.ComponentResource {
  /** Absolute path on the host, once it is there; absent, a volume is used. */
  readonly keywords: pulumi.Output<string> | undefined;
  /** As `keywords`; what HF_HOME is in the worker. */
  readonly models: pulumi.Output<string> | undefined;

  constructor(name: string, args: DataFoldersArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:data:DataFolders', name, {}, opts);
    const { base } = args;
    if (base === undefined) return;

    const used = args.models ? [folders.keywords, folders.models] : [folders.keywords];
    const made = new command.local.Command(
      `${name}-made`,
      {
        create: 'sh components/data-folders.sh',
        environment: {
          BASE: base,
          IMAGE: args.image,
          FOLDERS: used.join(' '),
          OWNER: `${dataOwner.uid}:${dataOwner.gid}`,
        },
        triggers: [base, used],
      },
      { parent: this },
    );

    const there = (folder: string): pulumi.Output<string> =>
      made.id.apply(() => `${base}/${folder}`);
    this.keywords = there(folders.keywords);
    this.models = args.models ? there(folders.models) : undefined;
    this.registerOutputs({ keywords: this.keywords, models: this.models });
  }
}
