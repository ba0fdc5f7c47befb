import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { frontDoorHealthCommand } from '../healthchecks/container.ts';
import { apiUrls } from '../settings/api-urls.ts';
import {
  apiPort,
  frontDoor,
  innerHookPort,
  innerMetricsPort,
  innerTlsPort,
  mostApiReplicas,
} from '../settings/names.ts';
import { CertificateVolume } from './certificate-volume.ts';
import { baseImage } from './docker/base-image.ts';
import { container } from './docker/container.ts';
import type { ContainerArgs, PublishedPort } from './docker/container.ts';
import type { InStack, Part } from './docker/in-stack.ts';
import {
  certificateFolder,
  configFolder,
  haproxyConfiguration,
  startScript,
  stopLimitSeconds,
} from './haproxy.ts';

/** Where senders inside the network find the deployment that this replaces. */
const oldPort = 52100;

/** The image's user, also in the offline image. */
const owner = { uid: 99, gid: 99 };

/** HAProxy starts within a second, and has to find a healthy replica. */
const startLimitSeconds = 60;

/** From the end of what HAProxy gives the last requests to SIGKILL. */
const stopMarginSeconds = 5;

/** Above what its connections need, four each; below the hard limit of every engine we know. */
const openFiles = 8_192;

export interface FrontDoorArgs extends InStack {
  /** An image of HAProxy 2.6 or newer. */
  readonly image: string;
  /** Host address on which the API is published. */
  readonly address: string;
  /** Host port. */
  readonly port: number;
  /** Host address and port of `/api/webhook/*` alone; without a port there is none. */
  readonly hookAddress: string | undefined;
  readonly hookPort: number | undefined;
  /** PEM texts; with both, what is published speaks TLS. */
  readonly certificate: string | undefined;
  readonly certificateKey: string | undefined;
  /** Addresses and networks of proxies before it. */
  readonly trustedProxies: readonly string[] | undefined;
  /** Where clients elsewhere find it; absent, its own address. */
  readonly publicUrl: string | undefined;
  readonly memoryMiB: number;
  /** As `1.0`. */
  readonly cpus: string;
  /** Starts when its replicas are healthy: only then it can be. */
  readonly api: Part;
}

/**
 * Owns the one way into the API: HAProxy, which finds the replicas by itself, so that nothing is
 * refused or cut while they are replaced one after the other.
 */
export class FrontDoor extends pulumi.ComponentResource {
  /** URL for clients on the host. */
  readonly url: string;
  /** URL for links that people and programs elsewhere follow. */
  readonly publicUrl: string;
  readonly containers: readonly docker.Container[];

  constructor(name: string, args: FrontDoorArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:api:FrontDoor', name, {}, opts);

    const image = baseImage(`${name}-image`, args.image, this);
    const tls = certificateVolume(name, args, image.name, this);
    this.containers = [
      container(name, proxyContainer(image.name, args, tls), {
        parent: this,
        dependsOn: [...args.api.containers],
      }),
    ];
    const { onHost, public: publicUrl } = apiUrls(args);
    this.url = onHost;
    this.publicUrl = publicUrl;
    this.registerOutputs({ url: this.url, publicUrl: this.publicUrl });
  }
}

function proxyContainer(
  image: pulumi.Input<string>,
  args: FrontDoorArgs,
  tls: CertificateVolume | undefined,
): ContainerArgs {
  const { name, replicas } = frontDoor(args.prefix);
  const configuration = haproxyConfiguration({
    ports: [apiPort, oldPort],
    trustedProxies: args.trustedProxies,
    tls: tls && { port: innerTlsPort, file: tls.path },
    hookPort: args.hookPort === undefined ? undefined : innerHookPort,
    metricsPort: innerMetricsPort,
    replicas,
    replicaPort: apiPort,
    mostReplicas: mostApiReplicas,
  });
  return {
    name,
    image,
    stack: args,
    entrypoints: ['sh', '-c', startScript, configuration],
    user: `${owner.uid}:${owner.gid}`,
    memoryMiB: args.memoryMiB,
    cpus: args.cpus,
    nofile: { soft: openFiles, hard: openFiles },
    volumes: tls === undefined ? {} : { [certificateFolder]: tls.source },
    scratch: { [configFolder]: owner },
    publish: publishedPorts(args, tls === undefined ? apiPort : innerTlsPort),
    healthcheck: frontDoorHealthCommand(apiPort),
    startLimitSeconds,
    stopTimeoutSeconds: stopLimitSeconds + stopMarginSeconds,
  };
}

function certificateVolume(
  name: string,
  args: FrontDoorArgs,
  image: pulumi.Input<string>,
  parent: pulumi.Resource,
): CertificateVolume | undefined {
  const { prefix, storeBase, engineId, certificate, certificateKey } = args;
  if (certificate === undefined || certificateKey === undefined) return undefined;
  return new CertificateVolume(
    `${name}-tls`,
    {
      prefix,
      storeBase,
      engineId,
      certificate,
      certificateKey,
      image,
      owner: `${owner.uid}:${owner.gid}`,
    },
    { parent },
  );
}

function publishedPorts(args: FrontDoorArgs, internal: number): PublishedPort[] {
  const { address, port, hookAddress = address, hookPort } = args;
  return [
    { internal, external: port, ip: address },
    ...(hookPort === undefined
      ? []
      : [{ internal: innerHookPort, external: hookPort, ip: hookAddress }]),
  ];
}
