import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { workerHealthCommand } from '../healthchecks/container.ts';
import { dataOwner } from './data-folders.ts';
import type { ContainerArgs } from './docker/container.ts';
import { membersOf } from './docker/waves.ts';
import type { ModelCache } from './model-cache.ts';
import { declareReplicas, workerProgram } from './worker-program.ts';
import type { WorkerProgramArgs } from './worker-program.ts';

/**
 * A worker takes jobs within seconds, or within a minute where it first fetches its tokenizer; a
 * roll-out that fails reports it soon after.
 */
const startLimitSeconds = 60;

/** From the end of the drain to SIGKILL: closing connections and cancelling the jobs that are left. */
const stopMarginSeconds = 10;

export interface WorkerPoolArgs extends WorkerProgramArgs {
  /** Tokens are counted with the model's own tokenizer. */
  readonly models: ModelCache;
  readonly memoryReservationMiB: number;
  readonly cpuShares: number;
  /** Open files. */
  readonly nofile: number;
  /** Open files up to which a worker may raise its own limit; else the same as `nofile`. */
  readonly nofileHard: number | undefined;
  /** How long a stopping worker may finish the jobs in hand. */
  readonly drainTimeoutSeconds: number;
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

    this.containers = declareReplicas(name, args, this, workerContainer);
    this.names = membersOf(args.replicas).map((member) => workerName(args.prefix, member));
    this.registerOutputs({ names: this.names });
  }
}

function workerName(prefix: string, member: number): string {
  return `${prefix}_webhook-worker-${member}`;
}

function workerContainer(member: number, args: WorkerPoolArgs): ContainerArgs {
  const name = workerName(args.prefix, member);
  const program = workerProgram(name, args, { WEBHOOK_WORKER_NAME: name });
  return {
    ...program,
    volumes: { ...program.volumes, ...args.models.mountsAt('/app/.cache/huggingface') },
    memoryReservationMiB: args.memoryReservationMiB,
    cpuShares: args.cpuShares,
    nofile: { soft: args.nofile, hard: args.nofileHard ?? args.nofile },
    scratch: { '/run/pulse': dataOwner },
    healthcheck: workerHealthCommand(),
    startLimitSeconds,
    stopTimeoutSeconds: args.drainTimeoutSeconds + stopMarginSeconds,
  };
}
