import type { Progress } from '../progress/steps.ts';
import { runStep } from '../progress/steps.ts';
import { findImage } from './database.ts';
import { findBackup } from './folder.ts';
import type { CompleteBackup } from './folder.ts';
import { readAccess, readPassword } from './password.ts';
import { fetchBackup, openStaging, provideImage } from './repository.ts';
import type { OpenedRepository } from './repository.ts';
import { readTarget } from './target.ts';
import type { Repository } from './target.ts';

/** A backup on this host; what was fetched is removed when it is disposed. */
export interface OpenedBackup extends AsyncDisposable {
  readonly backup: CompleteBackup;
  /** Where it comes from, for people. */
  readonly shown: string;
}

/**
 * Opens a backup: one in a folder as it is, one of a repository by fetching it.
 *
 * @param from as a person names it; undefined for the target in the stack's settings
 * @param snapshot of a repository; undefined for the newest
 * @throws BackupError when there is none
 */
export async function openBackup(
  stack: string,
  from: string | undefined,
  snapshot = 'latest',
): Promise<OpenedBackup> {
  const target = await readTarget(stack, from);
  if (target.kind === 'folder') {
    const backup = await findBackup(target.folder);
    return { backup, shown: backup.folder, [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const staging = await openStaging();
  try {
    let backup: CompleteBackup | undefined;
    await runStep({
      name: 'fetch',
      title: `Fetching a backup from ${target.shown}`,
      work: async (progress) => {
        const opened = await openKnown(stack, target, progress);
        backup = await fetchBackup(opened, snapshot, staging.folder, progress.signal);
      },
    });
    if (backup === undefined) throw new Error('a step that succeeded has fetched it');
    return {
      backup,
      shown: `${target.shown} (${backup.manifest.takenAt})`,
      [Symbol.asyncDispose]: () => staging[Symbol.asyncDispose](),
    };
  } catch (error) {
    await staging[Symbol.asyncDispose]();
    throw error;
  }
}

/** A repository whose password is known. @throws BackupError where it is not */
export async function openKnown(
  stack: string,
  target: Repository,
  { report }: Pick<Progress, 'report'>,
): Promise<OpenedRepository> {
  const password = await readPassword(stack, target);
  const image = await provideImage(await findImage(stack), report);
  return { target, password, image, access: await readAccess(stack) };
}
