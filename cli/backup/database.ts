import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { prefixOf } from '../../settings/names.ts';
import { isCode } from '../../shared/explain.ts';
import { isolationFlags } from '../container-flags.ts';
import { containersOf, nameOf } from '../containers.ts';
import { readStackSettings } from '../deployment/settings.ts';
import { formatEnvFlags } from '../in-worker.ts';
import { root } from '../paths.ts';
import { captureOutput, captureResult } from '../process.ts';
import { BackupError } from './error.ts';
import type { BackupCode } from './error.ts';

/** An image with pg_restore, and nothing that it could talk to. */
interface ImageAlone {
  readonly image: string;
}

/** A database of a Postgres that runs in a container. */
export interface Database extends ImageAlone {
  /** The container of its server; what is asked of it runs in that one's network. */
  readonly container: string;
  /** The server's own image: it has pg_dump and pg_restore of the server's version. */
  readonly image: string;
  readonly name: string;
  readonly user: string;
  readonly password: string;
}

/** The image of the stack's Postgres; it need not run. */
export async function findImage(stack: string): Promise<string> {
  const [container] = await containersOf(stack, 'postgres');
  return container?.Config.Image ?? (await readStackSettings(stack)).postgres.image;
}

/** @throws BackupError when the stack has no Postgres that runs */
export async function findDatabase(stack: string): Promise<Database> {
  const container = (await containersOf(stack, 'postgres')).find(
    (one) => nameOf(one) === `${prefixOf(stack)}_postgres`,
  );
  if (container?.State.Status !== 'running')
    throw new BackupError(
      'BACKUP_POSTGRES',
      `the Postgres of stack ${stack} does not run`,
      `bring it up: ./pulse up --stack ${stack}`,
    );
  const variable = (name: string): string => {
    const begin = `POSTGRES_${name}=`;
    return container.Config.Env.find((line) => line.startsWith(begin))?.slice(begin.length) ?? '';
  };
  return {
    container: nameOf(container),
    image: container.Config.Image,
    name: variable('DB'),
    user: variable('USER'),
    password: variable('PASSWORD'),
  };
}

export interface Run {
  /** Mounted as /backup. */
  readonly folder?: string;
  readonly mayWrite?: boolean;
  /** Of the container: one that only one at a time can have keeps others away. */
  readonly container?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Further mounts, as docker takes them. */
  readonly mounts?: readonly string[];
  /** None otherwise. */
  readonly capabilities?: readonly string[];
  /** Of an image alone, which has none otherwise. */
  readonly network?: 'host';
  readonly signal?: AbortSignal;
}

const script = readFileSync(join(root, 'backup/backup.sh'), 'utf8');

/**
 * Runs a step of backup/backup.sh in a container of the server's image. The container is removed
 * with the step, however it ends.
 *
 * @returns what it printed
 * @throws BackupError with the code that it gave
 */
export async function runInImage(
  database: Database | ImageAlone,
  step: string | readonly [string, string],
  {
    folder,
    mayWrite = false,
    env = {},
    mounts = [],
    capabilities = [],
    network,
    signal,
    ...run
  }: Run = {},
): Promise<string> {
  const container = run.container ?? `pulse-backup-${randomBytes(4).toString('hex')}`;
  const variables = { HOME: '/tmp', ...variablesOf(database), ...env };
  const remove = (): Promise<unknown> => captureResult('docker', ['rm', '--force', container]);
  const onAbort = (): void => void remove();
  signal?.addEventListener('abort', onAbort);
  try {
    const { exitCode, stdout, stderr, problem } = await captureResult(
      'docker',
      [
        'run',
        '--rm',
        '--init',
        '--name',
        container,
        '--network',
        'container' in database ? `container:${database.container}` : (network ?? 'none'),
        ...isolationFlags,
        ...(folder === undefined ? [] : mountFlags(folder, mayWrite)),
        ...capabilities.flatMap((one) => ['--cap-add', one]),
        ...mounts.flatMap((mount) => ['--mount', mount]),
        ...(await userFlags()),
        ...formatEnvFlags(variables),
        '--entrypoint',
        'bash',
        database.image,
        '-c',
        script,
        'backup',
        ...[step].flat(),
      ],
      { env: variables },
    );
    if (problem === undefined) return stdout;
    throw explainFailure(container, exitCode, stderr.trim() || problem);
  } finally {
    signal?.removeEventListener('abort', onAbort);
  }
}

function variablesOf(database: Database | ImageAlone): Record<string, string> {
  if (!('container' in database)) return {};
  return {
    PGHOST: '127.0.0.1',
    PGUSER: database.user,
    PGPASSWORD: database.password,
    PGDATABASE: database.name,
    RESTORED: `${database.name}_restored`,
  };
}

function mountFlags(folder: string, mayWrite: boolean): string[] {
  return ['--mount', `type=bind,"src=${folder}",dst=/backup${mayWrite ? '' : ',readonly'}`];
}

/** What is written into a folder belongs to whoever gave the command. */
async function userFlags(): Promise<string[]> {
  const [uid, gid] = [process.getuid?.(), process.getgid?.()];
  if (uid === undefined || gid === undefined) return [];
  const options = await captureOutput('docker', ['info', '--format', '{{.SecurityOptions}}']);
  // In a rootless engine root is the user whose engine it is.
  return options.includes('name=rootless') ? [] : ['--user', `${uid}:${gid}`];
}

/** The last line has a code where the step knew the fault; else the engine could not start it. */
function explainFailure(
  container: string,
  exitCode: number | undefined,
  said: string,
): BackupError {
  const last = said.split('\n').at(-1) ?? said;
  const [, code = '', problem = ''] = /^([A-Z_]+): (.*)$/.exec(last) ?? [];
  if (isCode(code)) return new BackupError(code as BackupCode, problem);
  if (exitCode === 125 && said.includes(`"/${container}" is already in use`))
    return new BackupError('BACKUP_RUNNING', `container ${container} is there`);
  const [, missing] = /bind source path does not exist: (.*?)\.?$/m.exec(said) ?? [];
  if (exitCode === 125 && missing !== undefined)
    return existsSync(missing)
      ? new BackupError('BACKUP_ENGINE', `the engine has no folder ${missing}`)
      : new BackupError('BACKUP_TARGET', `the folder ${missing} is gone`);
  return new BackupError('BACKUP_POSTGRES', last);
}
