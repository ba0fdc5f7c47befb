import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { httpHealthCommand } from '../healthchecks/container.ts';
import { dataOwner } from './data-folders.ts';
import type { DataFolders } from './data-folders.ts';
import { baseImage } from './docker/base-image.ts';
import { container } from './docker/container.ts';

const port = 8080;
const stopTimeoutSeconds = 30;
/** It fetches its model on the first start: a gigabyte over a slow line. */
const startLimitSeconds = 600;

export interface LocalEmbeddingsArgs {
  /** Whether there is one; off, nothing is declared. */
  readonly enabled: boolean;
  readonly prefix: string;
  readonly network: pulumi.Input<string>;
  /** TEI for CPUs. */
  readonly image: string;
  readonly embeddingModel: string;
  /** Volume of models, shared with the workers; a folder of the host stands in for it. */
  readonly models: pulumi.Input<string>;
  readonly folders: DataFolders;
  /** MiB; the model's weights in 32 bits and as much again. */
  readonly memory: number;
  readonly cpus: string;
  /** Seconds. */
  readonly healthInterval: number;
  /**
   * The workers: whoever mounts a new volume first gives it its owner, and both have to write
   * there.
   */
  readonly after: readonly pulumi.Resource[];
}

/**
 * A TEI on this host's CPUs that stands in while the GPU host is away. Workers use it only after it
 * has shown that it makes the same vectors; they start without it.
 */
export class LocalEmbeddings extends pulumi.ComponentResource {
  readonly containers: readonly docker.Container[];

  constructor(name: string, args: LocalEmbeddingsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:gpu:LocalEmbeddings', name, {}, opts);
    this.containers = args.enabled ? [this.serve(name, args)] : [];
    this.registerOutputs({ url: localEmbeddingsUrl(args) });
  }

  private serve(name: string, args: LocalEmbeddingsArgs): docker.Container {
    const image = baseImage(`${name}-image`, args.image, this);
    return container(
      `${name}-tei`,
      {
        name: containerName(args.prefix),
        image: image.name,
        network: args.network,
        command: ['--model-id', args.embeddingModel, '--port', String(port)],
        // One text at a time: on a CPU it costs nothing, and TEI leaves Qwen3's causal mask out of batches of equal length (TEI #882).
        environment: {
          HUGGINGFACE_HUB_CACHE: '/models/hub',
          HF_HOME: '/models',
          MAX_BATCH_REQUESTS: '1',
          HOME: '/tmp',
        },
        user: `${dataOwner.uid}:${dataOwner.gid}`,
        memory: args.memory,
        cpus: args.cpus,
        volumes:
          args.folders.models === undefined
            ? { '/models/hub': args.models }
            : { '/models': args.folders.models },
        scratch: {},
        healthcheck: httpHealthCommand(port, '/health'),
        healthInterval: args.healthInterval,
        startLimit: startLimitSeconds,
        stopTimeout: stopTimeoutSeconds,
      },
      { parent: this, dependsOn: [...args.after] },
    );
  }
}

/** Where the workers reach it; undefined when there is none. */
export function localEmbeddingsUrl({
  enabled,
  prefix,
}: Pick<LocalEmbeddingsArgs, 'enabled' | 'prefix'>): string | undefined {
  return enabled ? `http://${containerName(prefix)}:${port}` : undefined;
}

function containerName(prefix: string): string {
  return `${prefix}_local-embeddings`;
}
