import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { stackLabel } from '../../settings/names.ts';

/** Longest time one probe of a container's health may take. */
const probeTimeout = '10s';
const probeRetries = 3;
/**
 * `up` waits longer than the start may take, so that a slow one that ends well is not taken for a
 * failure.
 */
const waitMarginSeconds = 30;

export interface ContainerArgs {
  /** The container's name, which is its host name on the network, too. */
  readonly name: string;
  readonly image: pulumi.Input<string>;
  /**
   * Name of the network; an output of the network, so that a replaced network takes its containers
   * down first.
   */
  readonly network: pulumi.Input<string>;
  readonly entrypoints?: readonly string[];
  readonly command?: readonly string[];
  /** Environment; make it secret as a whole when one value is. */
  readonly environment?: pulumi.Input<Record<string, string>>;
  /** `uid:gid`; absent only where an image cannot run without root. */
  readonly user?: string;
  /** MiB. */
  readonly memory: number;
  /** MiB. */
  readonly memoryReservation?: number;
  /** As `2.0`. */
  readonly cpus: string;
  readonly cpuShares?: number;
  /** Open files: at first, and up to which the process may raise it. */
  readonly nofile?: { readonly soft: number; readonly hard: number };
  /** Mount point -> name of a volume, or an absolute path of the host. */
  readonly volumes: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Mount point -> its owner: what may be written, in memory, besides /tmp and the volumes; the
   * root file system is read-only.
   */
  readonly scratch: Readonly<Record<string, { readonly uid: number; readonly gid: number }>>;
  readonly publish?: { readonly internal: number; readonly external: number; readonly ip: string };
  /** The probe's command, as the engine takes it: `['CMD', …]` or `['CMD-SHELL', …]`. */
  readonly healthcheck: readonly string[];
  /** Seconds between probes. */
  readonly healthInterval: number;
  /**
   * Seconds that a first start (initdb, a model's download) may take: until then failed probes do
   * not count.
   */
  readonly startLimit: number;
  /** Seconds between SIGTERM and SIGKILL. */
  readonly stopTimeout: number;
}

/**
 * A long-running container as every one of ours is: limits, no capabilities, no new privileges,
 * read-only root, an init, rotated logs, restarted unless stopped, and reported as created only
 * when it is healthy.
 */
export function container(
  resource: string,
  args: ContainerArgs,
  opts: pulumi.CustomResourceOptions,
): docker.Container {
  return new docker.Container(
    resource,
    {
      name: args.name,
      image: args.image,
      ...(args.entrypoints && { entrypoints: [...args.entrypoints] }),
      ...(args.command && { command: [...args.command] }),
      ...(args.user && { user: args.user }),
      envs: pulumi.output(args.environment ?? {}).apply(environmentLines),
      hostname: args.name,
      labels: [{ label: stackLabel, value: pulumi.getStack() }],
      // Unset, this would show as a replacement on every preview; the network itself is attached below.
      // Made to depend on the network: that takes the container down before a network that is made anew, which a list of networks does not.
      networkMode: pulumi.output(args.network).apply(() => 'bridge'),
      networksAdvanced: [{ name: args.network }],
      ...(args.publish && { ports: [{ ...args.publish, protocol: 'tcp' }] }),

      memory: args.memory,
      // Equal to the limit: no swap. Left unset the engine would fill it in and the preview would never be clean.
      memorySwap: args.memory,
      ...(args.memoryReservation && { memoryReservation: args.memoryReservation }),
      cpus: args.cpus,
      ...(args.cpuShares && { cpuShares: args.cpuShares }),
      ...(args.nofile && { ulimits: [{ name: 'nofile', ...args.nofile }] }),

      mounts: Object.entries(args.volumes).map(([target, source]) => ({
        type: pulumi.output(source).apply((name) => (name.startsWith('/') ? 'bind' : 'volume')),
        target,
        source,
      })),
      tmpfs: {
        '/tmp': 'mode=1777',
        ...Object.fromEntries(
          Object.entries(args.scratch).map(([path, { uid, gid }]) => [
            path,
            `uid=${uid},gid=${gid},mode=0700`,
          ]),
        ),
      },
      readOnly: true,
      capabilities: { drops: ['ALL'] },
      securityOpts: ['no-new-privileges'],
      // An init reaps orphans and passes signals on, whatever the image's first process does with them.
      init: true,

      healthcheck: {
        tests: [...args.healthcheck],
        interval: durationText(args.healthInterval),
        timeout: probeTimeout,
        retries: probeRetries,
        startPeriod: durationText(args.startLimit),
      },
      wait: true,
      waitTimeout: args.startLimit + waitMarginSeconds,
      restart: 'unless-stopped',
      stopTimeout: args.stopTimeout,
      destroyGraceSeconds: args.stopTimeout,
      logDriver: 'json-file',
      logOpts: { 'max-size': '10m', 'max-file': '3' },
    },
    pulumi.mergeOptions(opts, {
      // The provider accepts a change of these and never applies it; and a container that never got healthy would pass the next `up`.
      replaceOnChanges: ['healthcheck', 'mounts', 'tmpfs', 'init', '#initerror'],
      deleteBeforeReplace: true,
    }),
  );
}

/** `NAME=value` lines in a fixed order, so that a preview's difference is readable. */
function environmentLines(environment: Record<string, string>): string[] {
  return Object.entries(environment)
    .map(([name, value]) => `${name}=${value}`)
    .sort();
}

/**
 * Seconds in the engine's own form (`90` -> `1m30s`); any other form shows as a change on every
 * preview.
 */
export function durationText(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return `${hours > 0 ? `${hours}h` : ''}${hours + minutes > 0 ? `${minutes}m` : ''}${seconds % 60}s`;
}
