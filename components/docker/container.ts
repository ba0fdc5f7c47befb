import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { stackLabel } from '../../settings/names.ts';
import type { InStack } from './in-stack.ts';

/** Longest time one probe of a container's health may take. */
const probeTimeout = '10s';
const probeRetries = 3;
/**
 * `up` waits this much longer than the start may take, so that a slow start that succeeds is not
 * reported as a failure.
 */
const waitMarginSeconds = 30;

/** A port of a container, and where its host publishes it. */
export interface PublishedPort {
  readonly internal: number;
  readonly external: number;
  /** The host's address. */
  readonly ip: string;
}

export interface ContainerArgs {
  /** The container's name, which is its host name on the network, too. */
  readonly name: string;
  readonly image: pulumi.Input<string>;
  readonly stack: Pick<InStack, 'network' | 'healthIntervalSeconds' | 'healthStartIntervalSeconds'>;
  /** Further names on the network; its DNS answers one that several share with all of them. */
  readonly networkAliases?: readonly string[];
  readonly entrypoints?: pulumi.Input<string[]>;
  readonly command?: readonly string[];
  /** Environment; make it secret as a whole when one value is. */
  readonly environment?: pulumi.Input<Record<string, string>>;
  /** `uid:gid`; absent only where an image cannot run without root. */
  readonly user?: string;
  readonly memoryMiB: number;
  readonly memoryReservationMiB?: number;
  /** As `2.0`. */
  readonly cpus: string;
  readonly cpuShares?: number;
  /** Open files: the limit at first, and up to which the process may raise it. */
  readonly nofile?: { readonly soft: number; readonly hard: number };
  /** Mount point -> name of a volume, or an absolute path of the host. */
  readonly volumes: Readonly<Record<string, pulumi.Input<string>>>;
  /**
   * Mount point -> its owner: folders in memory that may be written. Besides them only /tmp and the
   * volumes can be; the root file system is read-only.
   */
  readonly scratch: Readonly<Record<string, { readonly uid: number; readonly gid: number }>>;
  readonly publish?: readonly PublishedPort[];
  /** The probe's command, as the engine takes it: `['CMD', …]` or `['CMD-SHELL', …]`. */
  readonly healthcheck: readonly string[];
  /** How long a first start (initdb, a model's download) may take: failed probes do not count. */
  readonly startLimitSeconds: number;
  /** Time between SIGTERM and SIGKILL. */
  readonly stopTimeoutSeconds: number;
}

/**
 * Declares a long-running container in the form that all of ours have: limits, no capabilities, no
 * new privileges, a read-only root, an init, rotated logs, restarted unless stopped, and reported
 * as created only when it is healthy.
 */
export function container(
  resource: string,
  args: ContainerArgs,
  opts: pulumi.CustomResourceOptions,
): docker.Container {
  const { networkName } = args.stack.network;
  return new docker.Container(
    resource,
    {
      name: args.name,
      image: args.image,
      ...(args.entrypoints && { entrypoints: args.entrypoints }),
      ...(args.command && { command: [...args.command] }),
      ...(args.user && { user: args.user }),
      envs: pulumi.output(args.environment ?? {}).apply(environmentLines),
      hostname: args.name,
      labels: [{ label: stackLabel, value: pulumi.getStack() }],
      // Unset, this would show as a replacement on every preview; the network itself is attached
      // below. It depends on the network's output, so that the container goes down before a network
      // is replaced; the list of networks alone does not cause that.
      networkMode: pulumi.output(networkName).apply(() => 'bridge'),
      networksAdvanced: [
        {
          name: networkName,
          ...(args.networkAliases && { aliases: [...args.networkAliases] }),
        },
      ],
      ...(args.publish && { ports: args.publish.map((one) => ({ ...one, protocol: 'tcp' })) }),

      memory: args.memoryMiB,
      // Equal to the limit: no swap. Unset, the engine would fill it in, and every preview would
      // show a change.
      memorySwap: args.memoryMiB,
      ...(args.memoryReservationMiB && { memoryReservation: args.memoryReservationMiB }),
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
      // An init reaps orphans and passes signals on; not every image's first process does.
      init: true,

      healthcheck: {
        tests: [...args.healthcheck],
        ...healthIntervals(args.stack),
        timeout: probeTimeout,
        retries: probeRetries,
        startPeriod: durationText(args.startLimitSeconds),
      },
      wait: true,
      waitTimeout: args.startLimitSeconds + waitMarginSeconds,
      restart: 'unless-stopped',
      stopTimeout: args.stopTimeoutSeconds,
      destroyGraceSeconds: args.stopTimeoutSeconds,
      logDriver: 'json-file',
      logOpts: { 'max-size': '10m', 'max-file': '3' },
    },
    pulumi.mergeOptions(opts, {
      // The provider accepts a change of these and never applies it. `#initerror`: a container that
      // never became healthy would otherwise pass the next `up`.
      replaceOnChanges: ['healthcheck', 'mounts', 'tmpfs', 'init', '#initerror'],
      deleteBeforeReplace: true,
    }),
  );
}

function healthIntervals({
  healthIntervalSeconds: interval,
  healthStartIntervalSeconds: startInterval,
}: Pick<InStack, 'healthIntervalSeconds' | 'healthStartIntervalSeconds'>) {
  return {
    interval: durationText(interval),
    ...(startInterval !== undefined && { startInterval: durationText(startInterval) }),
  };
}

/** `NAME=value` lines, sorted, so that the difference in a preview is readable. */
function environmentLines(environment: Record<string, string>): string[] {
  return Object.entries(environment)
    .map(([name, value]) => `${name}=${value}`)
    .sort();
}

/**
 * Writes seconds as the engine does: 90 -> `1m30s`. Any other form shows as a change on every
 * preview.
 */
export function durationText(seconds: number): string {
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const parts = [`${seconds % 60}s`];
  if (hours + minutes > 0) parts.unshift(`${minutes}m`);
  if (hours > 0) parts.unshift(`${hours}h`);
  return parts.join('');
}
