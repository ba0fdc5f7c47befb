import type * as docker from '@pulumi/docker';
import type * as pulumi from '@pulumi/pulumi';

import { baseImage } from './base-image.ts';
import { container } from './container.ts';
import { dataVolume } from './data-volume.ts';

/** What a stack decides about a store; the rest is the store's own. */
export interface StoreArgs {
  /** Container and volume name; the host name inside the network. */
  readonly name: string;
  readonly network: pulumi.Input<string>;
  /** An image that behaves as the official one of the same major. */
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

export interface Store {
  readonly port: number;
  /** Where the image keeps its data. */
  readonly dataFolder: string;
  /** What may be written besides, in memory. */
  readonly scratch: string;
  /** A shell script that becomes the server; `command` is its arguments. */
  readonly startScript: string;
  readonly command?: readonly string[];
  readonly environment: pulumi.Input<Record<string, string>>;
  readonly healthcheck: readonly string[];
  /** Seconds between SIGTERM and SIGKILL. */
  readonly stopTimeout: number;
}

/**
 * The official images' user in Postgres 15 and Redis 7; the same in every image we use, so that a
 * volume made by one opens in another.
 */
const owner = { uid: 999, gid: 999 };

/** initdb on a slow disk, a recovery after a crash, an append-only file read from its beginning. */
const startLimitSeconds = 120;

/**
 * A store's container on a data volume that outlives `destroy`, published at one address of the
 * host.
 */
export function storeContainer(
  name: string,
  args: StoreArgs,
  own: Store,
  parent: pulumi.Resource,
): docker.Container {
  const image = baseImage(`${name}-image`, args.image, parent);
  const data = dataVolume(`${name}-data`, args.name, { parent, protect: args.protectData });
  return container(
    name,
    {
      name: args.name,
      image: image.name,
      network: args.network,
      entrypoints: ['sh', '-c', own.startScript],
      ...(own.command && { command: own.command }),
      environment: own.environment,
      user: `${owner.uid}:${owner.gid}`,
      memory: args.memory,
      cpus: args.cpus,
      volumes: { [own.dataFolder]: data.name },
      scratch: { [own.scratch]: owner },
      publish: { internal: own.port, external: args.publish.port, ip: args.publish.ip },
      healthcheck: own.healthcheck,
      healthInterval: args.healthInterval,
      startLimit: startLimitSeconds,
      stopTimeout: own.stopTimeout,
    },
    { parent },
  );
}
