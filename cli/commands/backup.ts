import { backup as definition } from '../../shared/commands/backup.ts';
import type { Input } from '../../shared/commands/build.ts';
import type { RunnableCommand } from '../../shared/commands/build.ts';
import { formatTable } from '../../shared/table.ts';
import { Interrupted } from '../../toolchain/process.ts';
import { checkBackup } from '../backup/check.ts';
import { findDatabase, findImage } from '../backup/database.ts';
import type { Database } from '../backup/database.ts';
import { drill, findWorkerProgram } from '../backup/drill.ts';
import type { DrillResult } from '../backup/drill.ts';
import { BackupError } from '../backup/error.ts';
import { answerFault } from '../backup/fault.ts';
import { findBackup, listBackups, openTarget } from '../backup/folder.ts';
import type { FoundBackup } from '../backup/folder.ts';
import { recordResult } from '../backup/results.ts';
import type { BackupRow } from '../backup/results.ts';
import { readStackFiles } from '../backup/stack-files.ts';
import { formatBytes, takeBackup } from '../backup/take.ts';
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

async function create({ folder, stack, json }: Input): Promise<void> {
  const target = await openTarget(String(folder));
  const name = String(stack);
  const database = await findDatabase(name);
  let made: FoundBackup | undefined;
  const work = runStep({
    name: 'backup',
    title: `Backing up stack ${name}`,
    work: async ({ report, signal }) => {
      const files = await readStackFiles(name);
      made = await takeBackup({ database, stack: name, files }, target, { report, signal });
    },
  });
  await work.catch(async (error: unknown) => {
    if (error instanceof BackupError) await keepResult(database, 'backup', false, error.message);
    if (!(error instanceof Interrupted)) throw error;
    say('Interrupted: there is no backup of it.');
    end(130);
  });
  if (made === undefined) return;
  const row = describe(made);
  await keepResult(database, 'backup', true, `${row.documents} documents in ${row.backup}`);
  print(json ? JSON.stringify({ ok: true, ...row }) : formatTable([toTableRow(row)]));
}

async function list({ folder, json }: Input): Promise<void> {
  const rows = (await listBackups(await openTarget(String(folder)))).map(describe);
  if (json) print(JSON.stringify(rows));
  else if (rows.length === 0) say(`No backups in ${String(folder)}.`);
  else print(formatTable(rows.map(toTableRow)));
}

async function check({ from, stack, json }: Input): Promise<void> {
  const found = await findBackup(String(from));
  const image = await findImage(String(stack));
  await runStep({
    name: 'check',
    title: `Reading ${found.folder}`,
    work: ({ signal }) => checkBackup(found, image, signal),
  });
  const row = describe(found);
  print(
    json ? JSON.stringify({ ok: true, ...row }) : `${formatTable([toTableRow(row)])}\n\nSound.`,
  );
}

async function practise({ from, stack, json }: Input): Promise<void> {
  const found = await findBackup(String(from));
  const name = String(stack);
  const [database, program] = [await findDatabase(name), await findWorkerProgram(name)];
  let drilled: DrillResult | undefined;
  await runStep({
    name: 'drill',
    title: `Restoring ${found.folder} into a throw-away Postgres`,
    work: async (progress) => {
      drilled = await drill(found, database.image, program, progress);
    },
  }).catch(async (error: unknown) => {
    if (error instanceof BackupError) await keepResult(database, 'drill', false, error.message);
    throw error;
  });
  if (drilled === undefined) return;
  const ok = drilled.found === drilled.asked;
  const result = `found ${drilled.found} of ${drilled.asked} documents of ${found.folder}`;
  await keepResult(database, 'drill', ok, result);
  print(json ? JSON.stringify({ ok, backup: found.folder, ...drilled }) : result);
  end(ok ? 0 : 1);
}

/** For `./pulse status`. What was done counts, also where Postgres does not take the note. */
async function keepResult(
  database: Database,
  what: BackupRow['what'],
  ok: boolean,
  result: string,
): Promise<void> {
  await recordResult(database, what, { ok, at: new Date().toISOString(), result }).catch(
    (error: unknown) => say(`./pulse status will not show it: ${String(error)}`),
  );
}

/** A backup as its JSON shows it; numbers are null where it is not complete. */
function describe({ folder, manifest }: FoundBackup) {
  const bytes = manifest?.files.reduce((sum, file) => sum + file.bytes, 0) ?? null;
  return {
    backup: folder,
    complete: manifest !== undefined,
    stack: manifest?.stack ?? null,
    takenAt: manifest?.takenAt ?? null,
    documents: manifest?.tables['documents']?.rows ?? null,
    bytes,
    schema: manifest?.schema ?? null,
  };
}

function toTableRow({ bytes, complete, ...row }: ReturnType<typeof describe>): object {
  const size = bytes === null ? '' : formatBytes(bytes);
  const shown = Object.fromEntries(Object.entries(row).map(([key, value]) => [key, value ?? '']));
  return { ...shown, size, state: complete ? 'complete' : 'NOT COMPLETE' };
}
