import type * as docker from '@pulumi/docker';
import type * as pulumi from '@pulumi/pulumi';

import { baseImage } from './base-image.ts';
import { container } from './container.ts';
import type { InStack } from './in-stack.ts';
import { storeData } from './store-data.ts';

/** What a stack decides about a store. */
export interface StoreArgs extends InStack {
  /** An image that behaves as the official one of the same major version. */
  readonly image: string;
  /** Host address on which the port is published. */
  readonly storeAddress: string;
  /** Host port. */
  readonly port: number;
  readonly memoryMiB: number;
  /** As `2.0`. */
  readonly cpus: string;
}

/** What a store decides about its container. */
export interface Store {
  /** Name of container and volume, and host name inside the network. */
  readonly hostName: string;
  /** Port inside the network. */
  readonly innerPort: number;
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
  readonly stopTimeoutSeconds: number;
}

/**
 * The official images' user in Postgres 15 and Redis 7; the same in every image we use, so that a
 * volume made by one opens in another.
 */
const owner = { uid: 999, gid: 999 };

/** initdb on a slow disk, a recovery after a crash, an append-only file read from its beginning. */
const startLimitSeconds = 120;

/**
 * Declares a store's container on a data volume that outlives `destroy`, published at one address
 * of the host.
 */
export function storeContainer(
  name: string,
  args: StoreArgs,
  store: Store,
  parent: pulumi.Resource,
): docker.Container {
  const image = baseImage(`${name}-image`, args.image, parent);
  const data = storeData(
    {
      resource: name,
      volume: store.hostName,
      owner: `${owner.uid}:${owner.gid}`,
      image: image.name,
    },
    args,
    parent,
  );
  return container(
    name,
    {
      name: store.hostName,
      image: image.name,
      stack: args,
      entrypoints: ['sh', '-c', store.startScript],
      ...(store.command && { command: store.command }),
      environment: store.environment,
      user: `${owner.uid}:${owner.gid}`,
      memoryMiB: args.memoryMiB,
      cpus: args.cpus,
      volumes: { [store.dataFolder]: data },
      scratch: { [store.scratch]: owner },
      publish: [{ internal: store.innerPort, external: args.port, ip: args.storeAddress }],
      healthcheck: store.healthcheck,
      startLimitSeconds,
      stopTimeoutSeconds: store.stopTimeoutSeconds,
    },
    { parent },
  );
}
