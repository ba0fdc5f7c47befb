import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

/** What a component knows of the stack that its containers belong to. */
export interface InStack {
  /** First part of every name on the host: `<prefix>_postgres`. */
  readonly prefix: string;
  /**
   * The network that the containers join. Its name is an output of the network itself, so that a
   * replaced network takes its containers down first.
   */
  readonly network: { readonly networkName: pulumi.Input<string> };
  /** Seconds between two health checks of a container. */
  readonly healthIntervalSeconds: number;
  /** The same while it starts; absent, there is no difference. Docker Engine 25 knows it. */
  readonly healthStartIntervalSeconds?: number | undefined;
  /** Id of the Docker engine: on another one, what commands wrote is written again. */
  readonly engineId?: string | undefined;
  /** Folder of the host below which containers keep their data; absent, they have volumes. */
  readonly storeBase?: string | undefined;
  /** Whether Pulumi refuses to remove data volumes. */
  readonly protectData: boolean;
}

/** A component as those see it that need all of its containers. */
export interface Part {
  /** None where the settings leave the part out. */
  readonly containers: readonly docker.Container[];
  /** What a verification depends on besides the containers. */
  readonly verifiedWith?: readonly pulumi.Input<string>[];
}

/** @returns the containers of several parts, in their order */
export function containersOf(parts: readonly Part[]): docker.Container[] {
  return parts.flatMap(({ containers }) => containers);
}

/** @returns the names on the host of the containers of several parts, in their order */
export function containerNamesOf(parts: readonly Part[]): pulumi.Output<string[]> {
  return pulumi.all(containersOf(parts).map(({ name }) => name));
}
