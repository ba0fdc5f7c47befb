import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { workerHealthCommand } from '../healthchecks/container.ts';
import { dataOwner } from './data-folders.ts';
import type { DataFolders } from './data-folders.ts';
import { container } from './docker/container.ts';
import { dataVolume } from './docker/data-volume.ts';
import { heapLimit } from './docker/heap-limit.ts';
import type { GpuServices } from './gpu-host.ts';

/** The image's user. */
const owner = dataOwner;

/**
 * A worker takes jobs within seconds, or within a minute where it first fetches its tokenizer; a
 * roll-out that fails says so soon after.
 */
const startLimitSeconds = 60;

/**
 * Seconds between the end of the drain and SIGKILL: closing connections and cancelling what is
 * left.
 */
const stopMarginSeconds = 10;

export interface WorkerPoolArgs {
  /** Names: `<prefix>_webhook-worker-1` and so on. */
  readonly prefix: string;
  /** A plain number, so that a preview shows every replica. */
  readonly replicas: number;
  readonly image: pulumi.Input<string>;
  readonly network: pulumi.Input<string>;
  readonly databaseUrl: pulumi.Input<string>;
  readonly redisUrl: pulumi.Input<string>;
  readonly gpuServices: GpuServices;
  /** TEI that stands in for the GPU host's; undefined when there is none. */
  readonly localTeiUrl: string | undefined;
  /** Volume of models, shared with an embedded TEI. */
  readonly models: pulumi.Input<string>;
  /** Folders of the host that stand in for the volumes. */
  readonly folders: DataFolders;
  /**
   * What the stack's settings say to a worker; the addresses of the stack's own parts are added to
   * it.
   */
  readonly environment: Readonly<Record<string, string>>;
  /** Seconds. */
  readonly drainTimeout: number;
  readonly limits: {
    /** MiB. */
    readonly memory: number;
    /** MiB. */
    readonly memoryReservation: number;
    readonly cpus: string;
    readonly cpuShares: number;
    readonly nofile: { readonly soft: number; readonly hard: number };
  };
  readonly protectData: boolean;
  /** Seconds. */
  readonly healthInterval: number;
  /** Containers that have to be healthy before the first worker starts. */
  readonly after: readonly pulumi.Resource[];
}

/**
 * Replicas of the worker, updated in waves: the next wave waits until the last is healthy, so that
 * at least half of them always serve.
 */
export class WorkerPool extends pulumi.ComponentResource {
  readonly containers: readonly docker.Container[];
  readonly names: readonly string[];

  constructor(name: string, args: WorkerPoolArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:worker:WorkerPool', name, {}, opts);
    const {
      keywords = dataVolume('keywords-data', `${args.prefix}_bm25`, {
        parent: this,
        protect: args.protectData,
      }).name,
      models,
    } = args.folders;

    const declare = (member: number, after: readonly pulumi.Resource[]): docker.Container =>
      container(
        `${name}-${member}`,
        {
          name: workerName(args.prefix, member),
          image: args.image,
          network: args.network,
          environment: containerEnvironment(workerName(args.prefix, member), args),
          user: `${owner.uid}:${owner.gid}`,
          ...args.limits,
          volumes: {
            '/app/data/bm25': keywords,
            ...(models === undefined
              ? { '/app/.cache/huggingface/hub': args.models }
              : { '/app/.cache/huggingface': models }),
          },
          scratch: { '/run/pulse': owner },
          healthcheck: workerHealthCommand(),
          healthInterval: args.healthInterval,
          startLimit: startLimitSeconds,
          stopTimeout: args.drainTimeout + stopMarginSeconds,
        },
        { parent: this, dependsOn: [...after] },
      );

    const waves: docker.Container[][] = [];
    for (const wave of wavesOf(args.replicas)) {
      const before = waves.at(-1) ?? args.after;
      waves.push(wave.map((member) => declare(member, before)));
    }

    this.containers = waves.flat();
    this.names = wavesOf(args.replicas)
      .flat()
      .sort((one, other) => one - other)
      .map((member) => workerName(args.prefix, member));
    this.registerOutputs({ names: this.names });
  }
}

/**
 * Members 1 to `replicas` in the order of an update; no wave is more than half of them, except that
 * a lone member is one. Odd, then even; where their number is odd the last one comes on its own.
 * Not first and second half: scaling then hardly moves a member to another wave, and a reader can
 * tell a member's wave from its name.
 */
export function wavesOf(replicas: number): number[][] {
  const members = Array.from({ length: replicas }, (_, index) => index + 1);
  const alone = replicas > 1 && replicas % 2 === 1 ? replicas : undefined;
  const odd = members.filter((member) => member % 2 === 1 && member !== alone);
  const even = members.filter((member) => member % 2 === 0);
  return [odd, even, alone === undefined ? [] : [alone]].filter((wave) => wave.length > 0);
}

function workerName(prefix: string, member: number): string {
  return `${prefix}_webhook-worker-${member}`;
}

function containerEnvironment(
  name: string,
  args: WorkerPoolArgs,
): pulumi.Input<Record<string, string>> {
  return pulumi.secret({
    ...args.environment,
    REDIS_URL: args.redisUrl,
    WEBHOOK_DATABASE_URL: args.databaseUrl,
    WEBHOOK_TEI_URL: args.gpuServices.tei,
    WEBHOOK_QDRANT_URL: args.gpuServices.qdrant,
    WEBHOOK_OLLAMA_URL: args.gpuServices.ollama,
    ...(args.localTeiUrl !== undefined && { WEBHOOK_LOCAL_TEI_URL: args.localTeiUrl }),
    WEBHOOK_WORKER_NAME: name,
    NODE_OPTIONS: `--max-old-space-size=${heapLimit(args.limits.memory)}`,
  });
}
