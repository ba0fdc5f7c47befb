import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join } from 'node:path';

import { backupImage, contextFolder } from '../../settings/backup-image.ts';
import { machineFolder } from '../paths.ts';
import { captureOutput, succeeds } from '../process.ts';
import { runInImage } from './database.ts';
import type { Run } from './database.ts';
import type { CompleteBackup } from './folder.ts';
import { readManifest } from './manifest.ts';
import { mountedRepository } from './target.ts';
import type { Repository } from './target.ts';

/** A repository that can be worked with. */
export interface OpenedRepository {
  readonly target: Repository;
  readonly image: string;
  readonly password: string;
  /** Keys of its server, as restic's variables. */
  readonly access: Readonly<Record<string, string>>;
}

/** A backup in a repository. */
export interface Snapshot {
  readonly id: string;
  /** When it was stored, ISO 8601. */
  readonly time: string;
  readonly hostname: string;
  readonly tags: readonly string[];
}

const rightsOfRoot = ['DAC_OVERRIDE', 'CHOWN'];

/** Builds the image with restic where it is missing. @returns its reference */
export async function provideImage(
  postgresImage: string,
  report: (line: string) => void,
): Promise<string> {
  const reference = backupImage(postgresImage);
  if (await succeeds('docker', ['image', 'inspect', reference])) return reference;
  report('building the image with restic');
  const base = `BASE_IMAGE=${postgresImage}`;
  const args = ['build', '--quiet', '--tag', reference, '--build-arg', base, contextFolder];
  await captureOutput('docker', args);
  return reference;
}

/**
 * Opens a repository, or makes it.
 *
 * @returns whether it was made
 * @throws BackupError when it is away, or the password is another
 */
export async function openRepository(opened: OpenedRepository): Promise<boolean> {
  return (await runRestic(opened, 'open_repository')).trim() === 'made';
}

/** Stores a complete backup. @returns the id of the snapshot */
export async function storeBackup(
  opened: OpenedRepository,
  { folder, manifest }: CompleteBackup,
  signal: AbortSignal,
): Promise<string> {
  const documents = manifest.tables['documents']?.rows ?? 0;
  const tags = ['pulse', basename(folder), `documents=${documents}`].join(',');
  const env = { BACKUP_TAGS: tags, BACKUP_HOST: manifest.stack };
  return (await runRestic(opened, 'store', { folder, env, signal })).trim();
}

/** @returns the oldest first */
export async function listSnapshots(opened: OpenedRepository): Promise<Snapshot[]> {
  const answer = await runRestic(opened, 'list_snapshots');
  return (JSON.parse(answer) as Snapshot[]).sort((one, other) =>
    one.time.localeCompare(other.time),
  );
}

/** Reads every byte of the repository. @throws BackupError BACKUP_DAMAGED */
export async function checkRepository(
  opened: OpenedRepository,
  signal: AbortSignal,
): Promise<void> {
  await runRestic(opened, 'check_repository', { signal });
}

/** Fetches a backup into a folder. @param id of a snapshot, or `latest` */
export async function fetchBackup(
  opened: OpenedRepository,
  id: string,
  into: string,
  signal: AbortSignal,
): Promise<CompleteBackup> {
  const env = { SNAPSHOT: id };
  await runRestic(opened, 'fetch', { folder: into, mayWrite: true, env, signal });
  const folder = join(into, 'backup');
  return { folder, manifest: await readManifest(folder) };
}

function runRestic(
  { target, image, password, access }: OpenedRepository,
  step: string,
  { env, ...run }: Run = {},
): Promise<string> {
  return runInImage({ image }, step, {
    ...run,
    network: 'host',
    // Root's containers have no rights of root without them, and the folder may be another's.
    capabilities: target.folder !== undefined && process.getuid?.() === 0 ? rightsOfRoot : [],
    mounts: [...mountsOf(target), ...(target.repository.startsWith('sftp:') ? sshMounts() : [])],
    env: {
      ...access,
      RESTIC_REPOSITORY: target.repository,
      RESTIC_PASSWORD: password,
      ...env,
    },
  });
}

function mountsOf({ folder }: Repository): string[] {
  return folder === undefined ? [] : [`type=bind,"src=${folder}",dst=${mountedRepository}`];
}

/** ssh asks for a user of its number, and reads known hosts and keys of the one who calls. */
function sshMounts(): string[] {
  const keys = join(homedir(), '.ssh');
  const users = join(machineFolder, 'backup-users');
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  writeFileSync(users, `pulse:x:${uid}:${gid}::/home/pulse:/bin/sh\n`);
  return [
    `type=bind,"src=${users}",dst=/etc/passwd,readonly`,
    ...(existsSync(keys) ? [`type=bind,"src=${keys}",dst=/home/pulse/.ssh,readonly`] : []),
  ];
}

/** A folder of this clone for what is on its way; removed when disposed. */
export async function openStaging(): Promise<AsyncDisposable & { readonly folder: string }> {
  const parent = join(machineFolder, 'backups');
  await mkdir(parent, { recursive: true, mode: 0o700 });
  const folder = await mkdtemp(join(parent, '.staging-'));
  return { folder, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}
