import { Interrupted } from '../../toolchain/process.ts';
import { say } from '../command.ts';
import type { Progress } from '../progress/steps.ts';
import { runStep } from '../progress/steps.ts';
import { findDatabase } from './database.ts';
import type { Database } from './database.ts';
import { describeBackup } from './describe.ts';
import type { DescribedBackup } from './describe.ts';
import { BackupError } from './error.ts';
import { readAccess, readOrMakePassword } from './password.ts';
import { openRepository, openStaging, provideImage, storeBackup } from './repository.ts';
import { keepResult } from './results.ts';
import { readStackFiles } from './stack-files.ts';
import { takeBackup } from './take.ts';
import type { Repository, Target } from './target.ts';

/**
 * Backs up a stack, shows it, and keeps what came of it for `./pulse status`.
 *
 * @returns undefined when it was interrupted, and it said so
 * @throws BackupError
 */
export async function createBackup(
  stack: string,
  target: Target,
): Promise<DescribedBackup | undefined> {
  const database = await findDatabase(stack);
  let made: DescribedBackup | undefined;
  try {
    await runStep({
      name: 'backup',
      title: `Backing up stack ${stack}`,
      work: async (progress) => {
        made = await backUp(stack, database, target, progress);
      },
    });
  } catch (error) {
    if (error instanceof BackupError) await keepResult(database, 'backup', false, error.message);
    if (!(error instanceof Interrupted)) throw error;
    say('Interrupted: there is no backup of it.');
    return undefined;
  }
  if (made === undefined) return undefined;
  const { documents, backup } = made;
  const place = target.kind === 'folder' ? backup : `${backup} in ${target.shown}`;
  await keepResult(database, 'backup', true, `${documents} documents in ${place}`);
  return made;
}

async function backUp(
  stack: string,
  database: Database,
  target: Target,
  progress: Progress,
): Promise<DescribedBackup> {
  const taken = { database, stack, files: await readStackFiles(stack) };
  if (target.kind === 'folder')
    return describeBackup(await takeBackup(taken, target.folder, progress));
  // Before the dump: a target that is away is told at once.
  const opened = await prepare(stack, database, target, progress);
  await using staging = await openStaging();
  const made = await takeBackup(taken, staging.folder, progress);
  progress.report(`storing it in ${target.shown}`);
  const id = await storeBackup(opened, made, progress.signal);
  return { ...describeBackup(made), backup: id.slice(0, 8) };
}

async function prepare(
  stack: string,
  { image }: Database,
  target: Repository,
  { report, note }: Progress,
) {
  const opened = {
    target,
    password: await readOrMakePassword(stack, note),
    image: await provideImage(image, report),
    access: await readAccess(stack),
  };
  report(`opening ${target.shown}`);
  if (await openRepository(opened)) note(`${target.shown} was empty: a repository was made there.`);
  return opened;
}
