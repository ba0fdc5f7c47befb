import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { dataOwner } from './data-folders.ts';
import { container } from './docker/container.ts';
import type { ContainerArgs } from './docker/container.ts';
import { heapLimit } from './docker/heap-limit.ts';
import { containersOf } from './docker/in-stack.ts';
import type { InStack } from './docker/in-stack.ts';
import { declareInWaves } from './docker/waves.ts';
import type { GpuHost } from './gpu-host.ts';
import type { KeywordVolume } from './keyword-volume.ts';
import type { Postgres } from './postgres.ts';
import type { Redis } from './redis.ts';
import type { WorkerImage } from './worker-image.ts';

/** What every program of the worker's image works with. */
export interface WorkerProgramArgs extends InStack {
  readonly image: WorkerImage;
  readonly keywords: KeywordVolume;
  readonly postgres: Postgres;
  readonly redis: Redis;
  readonly gpuHost: GpuHost;
  /** What the settings say to a worker; the addresses of other components are added to it. */
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMiB: number;
  /** As `1.0`. */
  readonly cpus: string;
  /** A plain number, so that a preview shows every replica. */
  readonly replicas: number;
}

/**
 * Declares the replicas of a program. The first ones start when Postgres, Redis and an embedded GPU
 * host are healthy; updates go in waves.
 *
 * @param name of the component, and the beginning of its containers' resources
 * @returns their containers, in the order of the waves
 */
export function declareReplicas<Args extends WorkerProgramArgs>(
  name: string,
  args: Args,
  parent: pulumi.Resource,
  describe: (member: number, args: Args) => ContainerArgs,
): docker.Container[] {
  return declareInWaves(
    args.replicas,
    containersOf([args.postgres, args.redis, args.gpuHost]),
    (member, dependsOn) =>
      container(`${name}-${member}`, describe(member, args), { parent, dependsOn }),
  );
}

type Given = 'name' | 'image' | 'stack' | 'environment' | 'user' | 'memoryMiB' | 'cpus' | 'volumes';

/**
 * What the containers of all programs of the worker's image have in common: image and user, the
 * keyword index, the stores' addresses, a heap below the memory limit.
 *
 * @param name of the container
 * @param own variables of this program alone
 */
export function workerProgram(
  name: string,
  args: WorkerProgramArgs,
  own: Readonly<Record<string, pulumi.Input<string>>>,
): Pick<ContainerArgs, Given> {
  const { tei, qdrant, ollama } = args.gpuHost.urls;
  return {
    name,
    image: args.image.reference,
    stack: args,
    environment: pulumi.secret({
      ...args.environment,
      REDIS_URL: args.redis.url,
      WEBHOOK_DATABASE_URL: args.postgres.url,
      WEBHOOK_TEI_URL: tei,
      WEBHOOK_QDRANT_URL: qdrant,
      ...(ollama !== undefined && { WEBHOOK_OLLAMA_URL: ollama }),
      NODE_OPTIONS: `--max-old-space-size=${heapLimit(args.memoryMiB)}`,
      ...own,
    }),
    user: `${dataOwner.uid}:${dataOwner.gid}`,
    memoryMiB: args.memoryMiB,
    cpus: args.cpus,
    volumes: { '/app/data/bm25': args.keywords.source },
  };
}
