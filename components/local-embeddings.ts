import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { httpHealthCommand } from '../healthchecks/container.ts';
import { localTei } from '../settings/names.ts';
import { dataOwner } from './data-folders.ts';
import { baseImage } from './docker/base-image.ts';
import { container } from './docker/container.ts';
import type { InStack, Part } from './docker/in-stack.ts';
import type { GpuHost } from './gpu-host.ts';
import { hubEnvironment } from './hub-environment.ts';
import type { ModelCache } from './model-cache.ts';

const stopTimeoutSeconds = 30;
/** It fetches its model on the first start: a gigabyte over a slow line. */
const startLimitSeconds = 600;

export interface LocalEmbeddingsArgs extends InStack {
  /** Whether there is one; off, nothing is declared. */
  readonly enabled: boolean;
  /** Whose image of TEI and model it has. */
  readonly gpuHost: Pick<GpuHost, 'tei'>;
  readonly models: ModelCache;
  /** Which it asks of the workers; undefined for none. */
  readonly localTeiApiKey: string | undefined;
  /** The model's weights in 32 bits, and as much again. */
  readonly memoryMiB: number;
  /** As `2.0`. */
  readonly cpus: string;
  /**
   * Starts after the workers. The first container that mounts a new volume gives it its owner, and
   * only the workers' image has the right one; both have to write there.
   */
  readonly after: Part;
}

/**
 * Owns a TEI on this host's CPUs that makes vectors while the GPU host is away. Workers use it only
 * after it has shown that it makes the same vectors, and start without it.
 */
export class LocalEmbeddings extends pulumi.ComponentResource {
  /** One, or none. */
  readonly containers: readonly docker.Container[];

  constructor(name: string, args: LocalEmbeddingsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:gpu:LocalEmbeddings', name, {}, opts);
    this.containers = args.enabled ? [serve(name, args, this)] : [];
    this.registerOutputs({ url: args.enabled ? localTei(args.prefix).url : undefined });
  }
}

function serve(name: string, args: LocalEmbeddingsArgs, parent: pulumi.Resource): docker.Container {
  const { name: hostName, port } = localTei(args.prefix);
  const image = baseImage(`${name}-image`, args.gpuHost.tei.image, parent);
  return container(
    `${name}-tei`,
    {
      name: hostName,
      image: image.name,
      stack: args,
      command: ['--model-id', args.gpuHost.tei.model, '--port', String(port)],
      environment: hubEnvironment(
        args.gpuHost.tei,
        {
          HUGGINGFACE_HUB_CACHE: '/models/hub',
          HF_HOME: '/models',
          // One text at a time: on a CPU it costs nothing, and TEI leaves Qwen3's causal mask out
          // of batches of equal length (TEI #882).
          MAX_BATCH_REQUESTS: '1',
          HOME: '/tmp',
        },
        args.localTeiApiKey,
      ),
      user: `${dataOwner.uid}:${dataOwner.gid}`,
      memoryMiB: args.memoryMiB,
      cpus: args.cpus,
      volumes: args.models.mountsAt('/models'),
      scratch: {},
      healthcheck: httpHealthCommand(port, '/health', args.localTeiApiKey !== undefined),
      startLimitSeconds,
      stopTimeoutSeconds,
    },
    { parent, dependsOn: [...args.after.containers] },
  );
}
