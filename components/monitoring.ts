import { createHmac } from 'node:crypto';

import * as command from '@pulumi/command';
import type * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { wgetHealthCommand } from '../healthchecks/container.ts';
import { alertmanagerPort, monitorNames, prometheusPort } from '../settings/names.ts';
import { alertRules } from './alert-rules.ts';
import type { AlertSettings } from './alert-rules.ts';
import * as alertmanager from './alertmanager.ts';
import type { Receivers } from './alertmanager.ts';
import { baseImage } from './docker/base-image.ts';
import { container } from './docker/container.ts';
import type { ContainerArgs } from './docker/container.ts';
import type { InStack } from './docker/in-stack.ts';
import { secretVolume } from './docker/secret-volume.ts';
import { storeData } from './docker/store-data.ts';
import * as prometheus from './prometheus.ts';
import type { Secrets } from './secrets.ts';

/** `nobody`, the user of both official images and of Debian. */
const owner = { uid: 65_534, gid: 65_534 };
const user = `${owner.uid}:${owner.gid}`;

/** Prometheus reads its log of the last hours again. */
const startLimitSeconds = 120;
const stopTimeoutSeconds = 30;

/** Share of the memory limit from which on Go collects its garbage at any price. */
const softShare = 0.85;

export interface MonitoringArgs extends InStack, AlertSettings {
  /** `own` alone declares anything. */
  readonly mode: 'own' | 'external' | 'none';
  /** Port of 127.0.0.1 on which Prometheus is published; absent, it is not. */
  readonly prometheusPort: number | undefined;
  readonly prometheusImage: string;
  readonly alertmanagerImage: string;
  readonly prometheusMemoryMiB: number;
  readonly alertmanagerMemoryMiB: number;
  /** Of each, as `0.5`. */
  readonly cpus: string;
  readonly retentionMiB: number;
  readonly receivers: Receivers;
  /** Where people find the stack; absent, no message leads there. */
  readonly publicUrl: string | undefined;
  readonly secrets: Pick<Secrets, 'searchSecret'>;
}

/**
 * Owns a Prometheus that scrapes the front door and evaluates ops/alerts.yml, and an Alertmanager
 * that tells the receivers. Both have a data volume that outlives `destroy`. Neither asks who is
 * asking, so neither is published, but for `prometheusPort` on loopback.
 */
export class Monitoring extends pulumi.ComponentResource {
  /** Two, or none. */
  readonly containers: readonly docker.Container[];

  constructor(name: string, args: MonitoringArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:monitoring:Monitoring', name, {}, opts);
    this.containers =
      args.mode === 'own' ? [declareAlertmanager(args, this), declarePrometheus(args, this)] : [];
    this.registerOutputs({});
  }
}

function declareAlertmanager(args: MonitoringArgs, parent: pulumi.Resource): docker.Container {
  const name = 'alertmanager';
  const hostName = monitorNames(args.prefix).alertmanager;
  const image = baseImage(`${name}-image`, args.alertmanagerImage, parent);
  const text = pulumi.secret(alertmanager.alertmanagerConfiguration(args));
  const file = fileNameOf(text, args.secrets.searchSecret);
  const configuration = secretVolume(
    `${name}-config`,
    { ...args, holds: `${name}-config`, file, text, owner: user, image: image.name },
    parent,
  );
  return monitor(
    name,
    hostName,
    {
      image: image.name,
      entrypoints: pulumi.interpolate`${alertmanager.configFolder}/${file}`.apply((path) => [
        'alertmanager',
        `--config.file=${path}`,
        `--storage.path=${alertmanager.dataFolder}`,
        '--cluster.listen-address=',
        '--log.level=warn',
      ]),
      memoryMiB: args.alertmanagerMemoryMiB,
      folder: alertmanager.dataFolder,
      volumes: { [alertmanager.configFolder]: configuration },
      scratch: {},
      port: alertmanagerPort,
    },
    args,
    parent,
  );
}

function declarePrometheus(args: MonitoringArgs, parent: pulumi.Resource): docker.Container {
  const name = 'prometheus';
  const hostName = monitorNames(args.prefix).prometheus;
  const image = baseImage(`${name}-image`, args.prometheusImage, parent);
  const key = args.secrets.searchSecret;
  const file = fileNameOf(key, key);
  const keys = secretVolume(
    `${name}-key`,
    { ...args, holds: `${name}-key`, file, text: key, owner: user, image: image.name },
    parent,
  );
  const configuration = pulumi.all([file, hostOf(parent)]).apply(([keyFile, host]) =>
    prometheus.prometheusConfiguration({
      prefix: args.prefix,
      stack: pulumi.getStack(),
      host,
      alertmanager: `${monitorNames(args.prefix).alertmanager}:${alertmanagerPort}`,
      keyFile: `${prometheus.keyFolder}/${keyFile}`,
    }),
  );
  const script = prometheus.startScript(args.retentionMiB);
  return monitor(
    name,
    hostName,
    {
      image: image.name,
      entrypoints: configuration.apply((text) => ['sh', '-c', script, text, alertRules(args)]),
      memoryMiB: args.prometheusMemoryMiB,
      folder: prometheus.dataFolder,
      volumes: { [prometheus.keyFolder]: keys },
      scratch: { [prometheus.configFolder]: owner },
      port: prometheusPort,
      ...(args.prometheusPort !== undefined && {
        publish: [{ internal: prometheusPort, external: args.prometheusPort, ip: '127.0.0.1' }],
      }),
    },
    args,
    parent,
  );
}

type Given = 'image' | 'entrypoints' | 'memoryMiB' | 'volumes' | 'scratch' | 'publish';

/** What both have in common. */
function monitor(
  name: string,
  hostName: string,
  own: Pick<ContainerArgs, Given> & { readonly folder: string; readonly port: number },
  args: MonitoringArgs,
  parent: pulumi.Resource,
): docker.Container {
  const { folder, port, volumes, ...given } = own;
  const { image } = given;
  const data = storeData({ resource: name, volume: hostName, owner: user, image }, args, parent);
  return container(
    name,
    {
      ...given,
      name: hostName,
      stack: args,
      environment: { GOMEMLIMIT: `${Math.floor(given.memoryMiB * softShare)}MiB`, GOGC: '50' },
      user,
      cpus: args.cpus,
      volumes: { ...volumes, [folder]: data },
      healthcheck: wgetHealthCommand(port, '/-/ready'),
      startLimitSeconds,
      stopTimeoutSeconds,
    },
    { parent },
  );
}

/** The name of the Docker host, which messages name; asked once, by the stack's own docker client. */
function hostOf(parent: pulumi.Resource): pulumi.Output<string> {
  return new command.local.Command(
    'monitoring-host',
    { create: "docker info --format '{{.Name}}'", logging: 'stderr' },
    { parent },
  ).stdout;
}

/**
 * Follows a text, so that another one replaces the container that reads it. A plain hash would let
 * everybody who sees the name try short passwords.
 */
function fileNameOf(text: pulumi.Input<string>, key: pulumi.Input<string>): pulumi.Output<string> {
  return pulumi.unsecret(
    pulumi
      .all([text, key])
      .apply(([one, other]) => createHmac('sha256', other).update(one).digest('hex').slice(0, 16)),
  );
}
