import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';

import { BackupError } from './error.ts';
import { manifestName, readManifest } from './manifest.ts';
import type { Manifest } from './manifest.ts';

/** A backup in a folder; without a manifest it is not complete. */
export interface FoundBackup {
  readonly folder: string;
  readonly manifest: Manifest | undefined;
}

/** One that has its manifest. */
export interface CompleteBackup extends FoundBackup {
  readonly manifest: Manifest;
}

/** As `dev-20261127T073000Z`. */
const backupName = /^[\w-]+-\d{8}T\d{6}Z$/;

export function nameBackup(stack: string, at: Date): string {
  return `${stack}-${at.toISOString().replaceAll(/[-:]|\.\d+/g, '')}`;
}

/**
 * The folder that a target names.
 *
 * @throws BackupError when there is none: it may be on a disk that is not mounted
 */
export async function openTarget(target: string): Promise<string> {
  const folder = resolve(target);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory()) return folder;
  throw new BackupError(
    'BACKUP_TARGET',
    found === undefined ? `there is no folder ${folder}` : `${folder} is no folder`,
    `mount the disk that it is on, or make it: mkdir -p '${folder}'`,
  );
}

/** Lists the backups in a folder, the oldest first, those that are not complete included. */
export async function listBackups(folder: string): Promise<FoundBackup[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries
    .filter((entry) => entry.isDirectory() && backupName.test(entry.name))
    .map(({ name }) => name);
  const found = await Promise.all(
    names.map(async (name) => ({
      folder: join(folder, name),
      manifest: await readManifest(join(folder, name)).catch(() => undefined),
    })),
  );
  return found.sort((one, other) => timeOf(one).localeCompare(timeOf(other)));
}

function timeOf({ folder }: FoundBackup): string {
  return basename(folder).slice(-'20261127T073000Z'.length);
}

/**
 * The backup that a folder is, or the newest complete one in it.
 *
 * @throws BackupError when there is none
 */
export async function findBackup(path: string): Promise<CompleteBackup> {
  const folder = await openTarget(path);
  const isBackup =
    (await readdir(folder)).includes(manifestName) || backupName.test(basename(folder));
  if (isBackup) return { folder, manifest: await readManifest(folder) };
  for (const { folder: found, manifest } of (await listBackups(folder)).toReversed())
    if (manifest !== undefined) return { folder: found, manifest };
  throw new BackupError('BACKUP_INCOMPLETE', `${folder} has no complete backup`);
}
