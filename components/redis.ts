import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { redisHealthCommand } from '../healthchecks/container.ts';
import { storeContainer } from './docker/store.ts';
import type { StoreArgs } from './docker/store.ts';

const port = 6379;

/**
 * Share of the memory limit that data may take; the rest is for the copies that a fork for AOF or
 * RDB makes, and for buffers.
 */
const dataShare = 0.6;

/** Redis writes its last snapshot within this. */
const stopTimeoutSeconds = 30;

/**
 * Redis for the queues: password, append-only file and snapshots, `noeviction` (a queue that
 * forgets jobs is none), data that outlives `destroy`.
 */
export class Redis extends pulumi.ComponentResource {
  /** Connection URL inside the network; secret. */
  readonly url: pulumi.Output<string>;
  readonly container: docker.Container;

  constructor(name: string, args: StoreArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:queue:Redis', name, {}, opts);

    this.container = storeContainer(
      name,
      args,
      {
        port,
        dataFolder: '/data',
        scratch: '/run/redis',
        startScript,
        environment: pulumi.secret({
          REDIS_PASSWORD: args.password,
          REDIS_MAXMEMORY: `${Math.floor(args.memory * dataShare)}mb`,
        }),
        healthcheck: redisHealthCommand(),
        stopTimeout: stopTimeoutSeconds,
      },
      this,
    );

    this.url = pulumi.secret(pulumi.interpolate`redis://:${args.password}@${args.name}:${port}`);
    this.registerOutputs({});
  }
}

/**
 * The configuration goes into a file in memory: as an argument the password would stand in the
 * host's process list.
 */
const startScript = `
set -eu
umask 077
cat > /run/redis/redis.conf <<CONF
dir /data
requirepass $REDIS_PASSWORD
appendonly yes
appendfsync everysec
save 3600 1 300 100 60 10000
maxmemory $REDIS_MAXMEMORY
maxmemory-policy noeviction
CONF
exec redis-server /run/redis/redis.conf
`;
