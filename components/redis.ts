import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { redisHealth } from '../healthchecks/container.ts';
import { baseImage } from './base-image.ts';
import { container } from './container.ts';
import { dataVolume } from './data-volume.ts';

const port = 6379;

/** The image's user; the same in every Redis 7 image we use. */
const owner = { uid: 999, gid: 999 };

/** Share of the memory limit that data may take; the rest is for the copies that a fork for AOF or RDB makes, and for buffers. */
const dataShare = 0.6;

/** It reads its whole append-only file before it answers. */
const startLimitSeconds = 120;

/** Redis writes its last snapshot within this. */
const stopTimeoutSeconds = 30;

export interface RedisArgs {
  /** Container and volume name; the host name inside the network. */
  readonly name: string;
  readonly network: pulumi.Input<string>;
  /** A Redis 7 image that behaves as the official one. */
  readonly image: string;
  readonly password: pulumi.Input<string>;
  readonly publish: { readonly ip: string; readonly port: number };
  /** MiB. */
  readonly memory: number;
  readonly cpus: string;
  readonly protectData: boolean;
  /** Seconds. */
  readonly healthInterval: number;
}

/** Redis for the queues: password, append-only file and snapshots, `noeviction` (a queue that forgets jobs is none), data that outlives `destroy`. */
export class Redis extends pulumi.ComponentResource {
  /** Connection URL inside the network; secret. */
  readonly url: pulumi.Output<string>;
  readonly container: docker.Container;

  constructor(name: string, args: RedisArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:queue:Redis', name, {}, opts);

    const image = baseImage(`${name}-image`, args.image, this);
    const data = dataVolume(`${name}-data`, args.name, { parent: this, protect: args.protectData });
    this.container = container(name, {
      name: args.name,
      image: image.name,
      network: args.network,
      entrypoints: ['sh', '-c', startScript],
      environment: pulumi.secret({
        REDIS_PASSWORD: args.password,
        REDIS_MAXMEMORY: `${Math.floor(args.memory * dataShare)}mb`,
      }),
      user: `${owner.uid}:${owner.gid}`,
      memory: args.memory,
      cpus: args.cpus,
      volumes: { '/data': data.name },
      scratch: { '/run/redis': owner },
      publish: { internal: port, external: args.publish.port, ip: args.publish.ip },
      healthcheck: redisHealth(),
      healthInterval: args.healthInterval,
      startLimit: startLimitSeconds,
      stopTimeout: stopTimeoutSeconds,
    }, { parent: this });

    this.url = pulumi.secret(pulumi.interpolate`redis://:${args.password}@${args.name}:${port}`);
    this.registerOutputs({});
  }
}

/** The configuration goes into a file in memory: as an argument the password would stand in the host's process list. */
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
