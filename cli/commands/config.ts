import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';

import type { RunnableCommand } from '../../shared/commands/build.ts';
import { config as definition } from '../../shared/commands/config.ts';
import type { InputOf } from '../../shared/commands/input.ts';
import { SettingsError } from '../../shared/settings-error.ts';
import { formatTable } from '../../shared/table.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { end, print, say } from '../command.ts';
import { importEnvFile } from '../config/import.ts';
import type { Import } from '../config/import.ts';
import { readCurrent } from '../config/read-current.ts';
import { readEnvFile } from '../config/read-env-file.ts';
import { writeCommands } from '../config/write-commands.ts';
import type { WriteCommand } from '../config/write-commands.ts';
import { UsageError } from '../errors.ts';
import { captureOutput, runInteractive } from '../process.ts';
import { deployedStacks } from '../stacks.ts';
import { installPulumi } from '../tools.ts';

type Options = InputOf<typeof definition.subcommands.import>;

export const config: RunnableCommand = {
  definition,
  run: { import: async (input) => importOldDeployment(input as Options) },
};

async function importOldDeployment(options: Options): Promise<void> {
  const { '.env': path, stack, keepSecrets = false, dryRun = false, json } = options;
  // What a program writes, as <(sops decrypt .env), is read as well.
  const kind = statSync(path, { throwIfNoEntry: false });
  if (kind === undefined || kind.isDirectory())
    throw new UsageError(`${resolve(path)} is no file`, 'give the .env of the old deployment');
  const read = parseOldDeployment(stack, path, keepSecrets);
  if (!dryRun) await write(stack, read);
  print(
    json ? JSON.stringify({ stack, dryRun, lines: read.lines }) : formatReport(stack, dryRun, read),
  );
  end(read.unread === 0 ? 0 : 1);
}

function formatReport(
  stack: string,
  dryRun: boolean,
  { lines, unread, plain, secrets, previous }: Import,
): string {
  const hidden = Object.keys({ ...secrets, ...previous }).length;
  const counts = `${Object.keys(plain).length} settings and ${hidden} secrets`;
  const outcome = dryRun
    ? `Nothing was written; without --dry-run ${counts} would be.`
    : `Pulumi.${stack}.yaml: ${counts} written.`;
  const left =
    unread === 0 ? '' : `\nLines that could not be read: ${unread}; their notes say why.`;
  const secret = lines.find((line) => line.outcome === 'made anew')?.setting;
  const hint =
    dryRun || secret === undefined
      ? ''
      : '\nRead a secret, for those who have to be told: eval "$(./pulse env)"; ' +
        `pulumi config get pulse:${secret} --stack ${stack}`;
  return `${formatTable(lines)}\n\n${outcome}${left}${hint}`;
}

/** @throws CommandError when a value of the file is not one that its setting takes */
function parseOldDeployment(stack: string, path: string, keepSecrets: boolean): Import {
  try {
    const text = readEnvFile(resolve(path));
    if (text.trim() === '')
      // A program whose output is read, as <(sops decrypt .env), may have failed.
      throw new CommandError(`${path} is empty`, 'give the .env of the old deployment');
    return importEnvFile(stack, text, readCurrent(stack), keepSecrets);
  } catch (error) {
    if (error instanceof SettingsError)
      throw new CommandError(
        `${path}, taken over: ${error.message}`,
        'correct the file, or leave the line out and set it by hand; nothing was written',
      );
    throw error;
  }
}

async function write(stack: string, read: Import): Promise<void> {
  const commands = writeCommands(stack, read);
  if (commands.length === 0) return;
  await installPulumi();
  if (!(await deployedStacks()).includes(stack))
    await captureOutput('pulumi', ['stack', 'init', '--no-select', stack]);
  for (const command of commands) await writeOne(command);
  say(`written into Pulumi.${stack}.yaml`);
}

async function writeOne({ what, args, input }: WriteCommand): Promise<void> {
  const run = {
    ...(input !== undefined && { input: Readable.from([input]) }),
    stdout: 'stderr',
  } as const;
  if ((await runInteractive('pulumi', args, run)) !== 0)
    throw new CommandError(
      `the configuration is not complete: ${what} not written`,
      'pulumi says why above; run the same command again, what is written stays',
    );
}
