import { backup as definition } from '../../shared/commands/backup.ts';
import type { Input } from '../../shared/commands/build.ts';
import type { RunnableCommand } from '../../shared/commands/build.ts';
import { formatTable } from '../../shared/table.ts';
import { Interrupted } from '../../toolchain/process.ts';
import { checkBackup } from '../backup/check.ts';
import { findDatabase, findImage } from '../backup/database.ts';
import { answerFault } from '../backup/fault.ts';
import { findBackup, listBackups, openTarget } from '../backup/folder.ts';
import type { FoundBackup } from '../backup/folder.ts';
import { readStackFiles } from '../backup/stack-files.ts';
import { formatBytes, takeBackup } from '../backup/take.ts';
import { end, onKnownStack, print, say } from '../command.ts';
import { runStep } from '../progress/steps.ts';

export const backup: RunnableCommand = {
  definition,
  run: {
    create: onKnownStack(answerFault(create)),
    list: answerFault(list),
    check: onKnownStack(answerFault(check)),
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
  await work.catch((error: unknown) => {
    if (!(error instanceof Interrupted)) throw error;
    say('Interrupted: there is no backup of it.');
    end(130);
  });
  if (made === undefined) return;
  const row = describe(made);
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
