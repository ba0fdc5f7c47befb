import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { workerHealthCommand } from '../healthchecks/container.ts';
import { dataOwner } from './data-folders.ts';
import { container } from './docker/container.ts';
import type { ContainerArgs } from './docker/container.ts';
import { heapLimit } from './docker/heap-limit.ts';
import { containersOf } from './docker/in-stack.ts';
import type { InStack } from './docker/in-stack.ts';
import type { GpuHost } from './gpu-host.ts';
import type { KeywordVolume } from './keyword-volume.ts';
import type { ModelCache } from './model-cache.ts';
import type { Postgres } from './postgres.ts';
import type { Redis } from './redis.ts';
import type { WorkerImage } from './worker-image.ts';

/** The image's user. */
const owner = dataOwner;

/**
 * A worker takes jobs within seconds, or within a minute where it first fetches its tokenizer; a
 * roll-out that fails reports it soon after.
 */
const startLimitSeconds = 60;

/** From the end of the drain to SIGKILL: closing connections and cancelling the jobs that are left. */
const stopMarginSeconds = 10;

export interface WorkerPoolArgs extends InStack {
  /** A plain number, so that a preview shows every replica. */
  readonly replicas: number;
  readonly memoryMiB: number;
  readonly memoryReservationMiB: number;
  /** As `2.0`. */
  readonly cpus: string;
  readonly cpuShares: number;
  /** Open files. */
  readonly nofile: number;
  /** Open files up to which a worker may raise its own limit; else the same as `nofile`. */
  readonly nofileHard: number | undefined;
  /** How long a stopping worker may finish the jobs in hand. */
  readonly drainTimeoutSeconds: number;
  readonly image: WorkerImage;
  readonly models: ModelCache;
  readonly keywords: KeywordVolume;
  readonly postgres: Postgres;
  readonly redis: Redis;
  readonly gpuHost: GpuHost;
  /** What the settings say to a worker; the addresses of other components are added to it. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Owns the workers. The first ones start when Postgres, Redis and an embedded GPU host are healthy.
 * Updates go in waves: a wave waits until the last is healthy, so that at least half of the workers
 * always serve.
 */
export class WorkerPool extends pulumi.ComponentResource {
  readonly containers: readonly docker.Container[];
  /** Names of the containers, by number. */
  readonly names: readonly string[];

  constructor(name: string, args: WorkerPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:worker:WorkerPool', name, {}, opts);

    const waves: docker.Container[][] = [];
    for (const wave of wavesOf(args.replicas)) {
      const dependsOn = waves.at(-1) ?? containersOf([args.postgres, args.redis, args.gpuHost]);
      waves.push(
        wave.map((member) =>
          container(`${name}-${member}`, workerContainer(member, args), {
            parent: this,
            dependsOn,
          }),
        ),
      );
    }

    this.containers = waves.flat();
    this.names = membersOf(args.replicas).map((member) => workerName(args.prefix, member));
    this.registerOutputs({ names: this.names });
  }
}

/**
 * Puts members 1 to `replicas` in the order of an update: odd, then even; where their number is odd
 * the last one comes on its own. No wave is more than half of them, except that a single member is
 * one. Not first and second half: scaling then hardly moves a member to another wave, and a
 * member's wave can be told from its name.
 */
export function wavesOf(replicas: number): number[][] {
  const members = membersOf(replicas);
  const last = replicas > 1 && replicas % 2 === 1 ? replicas : undefined;
  const odd = members.filter((member) => member % 2 === 1 && member !== last);
  const even = members.filter((member) => member % 2 === 0);
  return [odd, even, last === undefined ? [] : [last]].filter((wave) => wave.length > 0);
}

function membersOf(replicas: number): number[] {
  return Array.from({ length: replicas }, (_, index) => index + 1);
}

function workerName(prefix: string, member: number): string {
  return `${prefix}_webhook-worker-${member}`;
}

function workerContainer(member: number, args: WorkerPoolArgs): ContainerArgs {
  const name = workerName(args.prefix, member);
  return {
    name,
    image: args.image.reference,
    network: args.network.networkName,
    environment: containerEnvironment(name, args),
    user: `${owner.uid}:${owner.gid}`,
    memoryMiB: args.memoryMiB,
    memoryReservationMiB: args.memoryReservationMiB,
    cpus: args.cpus,
    cpuShares: args.cpuShares,
    nofile: { soft: args.nofile, hard: args.nofileHard ?? args.nofile },
    volumes: {
      '/app/data/bm25': args.keywords.source,
      ...args.models.mountsAt('/app/.cache/huggingface'),
    },
    scratch: { '/run/pulse': owner },
    healthcheck: workerHealthCommand(),
    healthIntervalSeconds: args.healthIntervalSeconds,
    startLimitSeconds,
    stopTimeoutSeconds: args.drainTimeoutSeconds + stopMarginSeconds,
  };
}

function containerEnvironment(
  name: string,
  args: WorkerPoolArgs,
): pulumi.Input<Record<string, string>> {
  const { tei, qdrant, ollama } = args.gpuHost.urls;
  return pulumi.secret({
    ...args.environment,
    REDIS_URL: args.redis.url,
    WEBHOOK_DATABASE_URL: args.postgres.url,
    WEBHOOK_TEI_URL: tei,
    WEBHOOK_QDRANT_URL: qdrant,
    WEBHOOK_OLLAMA_URL: ollama,
    WEBHOOK_WORKER_NAME: name,
    NODE_OPTIONS: `--max-old-space-size=${heapLimit(args.memoryMiB)}`,
  });
}
