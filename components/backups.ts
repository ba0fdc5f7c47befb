import * as docker from '@pulumi/docker';
import * as pulumi from '@pulumi/pulumi';

import { backupImage, contextFolder } from '../settings/backup-image.ts';
import { backupMemoryMiB } from '../settings/parts/backups.ts';
import { dataOwner } from './data-folders.ts';
import { container } from './docker/container.ts';
import type { InStack } from './docker/in-stack.ts';
import { hostFolder } from './docker/store-data.ts';
import type { Postgres } from './postgres.ts';

const everySeconds = { '24h': 86_400 } as const;
const stopTimeoutSeconds = 30;
const startLimitSeconds = 30;
const owner = `${dataOwner.uid}:${dataOwner.gid}`;

export interface BackupsArgs extends InStack {
  readonly every: 'off' | keyof typeof everySeconds;
  /** A repository of restic; a path is a folder of the host. */
  readonly target: string | undefined;
  readonly password: string | undefined;
  /** Keys of the repository's server, as restic's variables. */
  readonly access: Readonly<Record<string, string>> | undefined;
  readonly postgres: Postgres;
}

/**
 * Owns the container that backs up the database by the clock, and the volume, or folder, in which a
 * dump is made before restic stores it. A backup that fails is told by `./pulse status`, and does
 * not make the container unhealthy: no update waits for a target that is away.
 */
export class Backups extends pulumi.ComponentResource {
  /** One, or none. */
  readonly containers: readonly docker.Container[];

  constructor(name: string, args: BackupsArgs, opts?: pulumi.ComponentResourceOptions) {
    super('pulse:database:Backups', name, {}, opts);
    const { every, target } = args;
    this.containers =
      every === 'off' || target === undefined
        ? []
        : [declareSchedule(name, args, { target, seconds: everySeconds[every] }, this)];
    this.registerOutputs({});
  }
}

function declareSchedule(
  name: string,
  args: BackupsArgs,
  { target, seconds }: { readonly target: string; readonly seconds: number },
  parent: pulumi.Resource,
): docker.Container {
  const { host, user, database, password } = args.postgres.connection;
  const isFolder = target.startsWith('/');
  const hostName = `${args.prefix}_backup`;
  const image = new docker.RemoteImage(
    `${name}-image`,
    {
      name: backupImage(args.postgres.image),
      build: { context: contextFolder, buildArgs: { BASE_IMAGE: args.postgres.image } },
      keepLocally: true,
    },
    // A clone elsewhere has another path and the same image.
    { parent, ignoreChanges: ['build.context'], dependsOn: [...args.postgres.containers] },
  );
  const staging =
    hostFolder({ resource: name, owner, image: image.name }, args, parent) ??
    new docker.Volume(`${name}-staging`, { name: hostName }, { parent }).name;
  return container(
    `${name}-schedule`,
    {
      name: hostName,
      image: image.name,
      stack: args,
      entrypoints: ['bash', '/usr/local/bin/pulse-backup'],
      command: ['run_schedule'],
      environment: pulumi.secret({
        HOME: '/tmp',
        PGHOST: host,
        PGUSER: user,
        PGDATABASE: database,
        PGPASSWORD: password,
        RESTIC_REPOSITORY: isFolder ? '/repository' : target,
        RESTIC_PASSWORD: requirePassword(args.password),
        ...args.access,
        BACKUP_EVERY: String(seconds),
        BACKUP_HOST: pulumi.getStack(),
        BACKUP_ABOUT: JSON.stringify({ stack: pulumi.getStack(), image: args.postgres.image }),
      }),
      user: owner,
      memoryMiB: backupMemoryMiB,
      cpus: '1.0',
      volumes: { '/backup': staging, ...(isFolder && { '/repository': target }) },
      scratch: {},
      healthcheck: ['CMD', 'test', '-e', '/tmp/alive'],
      startLimitSeconds,
      stopTimeoutSeconds,
    },
    { parent },
  );
}

/** A preview has no secrets, and needs none. */
function requirePassword(password: string | undefined): string {
  if (password !== undefined) return password;
  if (pulumi.runtime.isDryRun()) return '';
  throw new pulumi.RunError(
    'pulse:backupEvery needs pulse:backupPassword: ./pulse up makes and shows one; or ' +
      'openssl rand -hex 32 | pulumi config set --secret pulse:backupPassword. ' +
      'Keep it elsewhere too: without it no backup can be opened',
  );
}
