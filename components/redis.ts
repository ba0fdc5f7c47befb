import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { redisHealthCommand } from '../healthchecks/container.ts';
import { storeContainer } from './docker/store.ts';
import type { StoreArgs } from './docker/store.ts';
import type { Secrets } from './secrets.ts';

const innerPort = 6379;

/**
 * Share of the memory limit that data may take; the rest is for the copies that a fork for AOF or
 * RDB makes, and for buffers.
 */
const dataShare = 0.6;

/** Redis writes its last snapshot within this. */
const stopTimeoutSeconds = 30;

export interface RedisArgs extends StoreArgs {
  readonly secrets: Pick<Secrets, 'redisPassword'>;
}

/**
 * Owns the Redis of the queues and its data volume, which outlives `destroy`. It has a password, an
 * append-only file and snapshots, and never evicts a key: evicted jobs would be lost.
 */
export class Redis extends pulumi.ComponentResource {
  /** Connection URL inside the network; secret. */
  readonly url: pulumi.Output<string>;
  /** `address:port` for clients on the host. */
  readonly hostAddress: string;
  readonly containers: readonly docker.Container[];

  constructor(name: string, args: RedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:queue:Redis', name, {}, opts);

    const password = args.secrets.redisPassword;
    const hostName = `${args.prefix}_redis`;
    const container = storeContainer(
      name,
      args,
      {
        hostName,
        innerPort,
        dataFolder: '/data',
        scratch: '/run/redis',
        startScript,
        environment: pulumi.secret({
          REDIS_PASSWORD: password,
          REDIS_MAXMEMORY: `${Math.floor(args.memoryMiB * dataShare)}mb`,
        }),
        healthcheck: redisHealthCommand(),
        stopTimeoutSeconds,
      },
      this,
    );

    this.url = pulumi.secret(pulumi.interpolate`redis://:${password}@${hostName}:${innerPort}`);
    this.hostAddress = `${args.storeAddress}:${args.port}`;
    this.containers = [container];
    this.registerOutputs({});
  }
}

/**
 * The configuration is written to a file in memory: an argument would show the password in the
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
