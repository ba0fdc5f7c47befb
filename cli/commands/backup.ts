import { backup as definition } from '../../shared/commands/backup.ts';
import type { Input, RunnableCommand } from '../../shared/commands/build.ts';
import { formatTable } from '../../shared/table.ts';
import { checkBackup } from '../backup/check.ts';
import { createBackup } from '../backup/create.ts';
import { findDatabase, findImage } from '../backup/database.ts';
import { describeBackup, describeSnapshot, formatRows } from '../backup/describe.ts';
import type { DescribedBackup } from '../backup/describe.ts';
import { drill, findWorkerProgram } from '../backup/drill.ts';
import type { DrillResult } from '../backup/drill.ts';
import { BackupError } from '../backup/error.ts';
import { answerFault } from '../backup/fault.ts';
import { listBackups } from '../backup/folder.ts';
import { openBackup, openKnown } from '../backup/open.ts';
import { checkRepository, listSnapshots } from '../backup/repository.ts';
import { keepResult } from '../backup/results.ts';
import { readTarget } from '../backup/target.ts';
import { end, onKnownStack, print, say } from '../command.ts';
import { runStep } from '../progress/steps.ts';

export const backup: RunnableCommand = {
  definition,
  run: {
    create: onKnownStack(answerFault(create)),
    list: answerFault(list),
    check: answerFault(check),
    drill: onKnownStack(answerFault(practise)),
  },
};

/** Arguments and options of all subcommands, as commander gives them. */
interface Taken {
  readonly stack: string;
  readonly json?: true;
  readonly target?: string;
  readonly snapshot?: string;
}

async function create(input: Input): Promise<void> {
  const { stack, json, target } = input as unknown as Taken;
  const made = await createBackup(stack, await readTarget(stack, target));
  if (made === undefined) return end(130);
  print(json ? JSON.stringify({ ok: true, ...made }) : formatRows([made]));
}

async function list(input: Input): Promise<void> {
  const { stack, json, target } = input as unknown as Taken;
  const rows = await listIn(stack, target);
  if (json) print(JSON.stringify(rows));
  else if (rows.length === 0) say('There is no backup.');
  else print(formatRows(rows));
}

async function listIn(stack: string, text: string | undefined): Promise<DescribedBackup[]> {
  const target = await readTarget(stack, text);
  if (target.kind === 'folder') return (await listBackups(target.folder)).map(describeBackup);
  const opened = await openKnown(stack, target, { report: say });
  return (await listSnapshots(opened)).map(describeSnapshot);
}

async function check(input: Input): Promise<void> {
  const { stack, json, target: text, snapshot } = input as unknown as Taken;
  const target = await readTarget(stack, text);
  if (target.kind === 'repository')
    await runStep({
      name: 'repository',
      title: `Reading all of ${target.shown}`,
      work: async (progress) =>
        checkRepository(await openKnown(stack, target, progress), progress.signal),
    });
  await using opened = await openBackup(stack, text, snapshot);
  const image = await findImage(stack);
  await runStep({
    name: 'check',
    title: `Comparing ${opened.shown} with its manifest`,
    work: ({ signal }) => checkBackup(opened.backup, image, signal),
  });
  const row = { ...describeBackup(opened.backup), backup: opened.shown };
  print(json ? JSON.stringify({ ok: true, ...row }) : `${formatRows([row])}\n\nSound.`);
}

async function practise(input: Input): Promise<void> {
  const { stack, json, target, snapshot } = input as unknown as Taken;
  const [database, program] = [await findDatabase(stack), await findWorkerProgram(stack)];
  let drilled: (DrillResult & { readonly backup: string }) | undefined;
  try {
    await using opened = await openBackup(stack, target, snapshot);
    await runStep({
      name: 'drill',
      title: `Restoring ${opened.shown} into a throw-away Postgres`,
      work: async (progress) => {
        const result = await drill(opened.backup, database.image, program, progress);
        drilled = { backup: opened.shown, ...result };
      },
    });
  } catch (error) {
    if (error instanceof BackupError) await keepResult(database, 'drill', false, error.message);
    throw error;
  }
  if (drilled === undefined) return;
  const ok = drilled.found === drilled.asked;
  const result = `found ${drilled.found} of ${drilled.asked} documents of ${drilled.backup}`;
  await keepResult(database, 'drill', ok, result);
  print(json ? JSON.stringify({ ok, ...drilled }) : formatTable([{ result }]));
  end(ok ? 0 : 1);
}
