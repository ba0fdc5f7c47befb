import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';

import { parse } from 'yaml';

import type { RunnableCommand } from '../../shared/commands/build.ts';
import { config as definition } from '../../shared/commands/config.ts';
import type { InputOf } from '../../shared/commands/input.ts';
import { SettingsError } from '../../shared/settings-error.ts';
import { formatTable } from '../../shared/table.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { end, print, say } from '../command.ts';
import { importEnvFile, secretValue } from '../config/import.ts';
import type { Current, Import } from '../config/import.ts';
import { readEnvFile } from '../config/read-env-file.ts';
import { UsageError } from '../errors.ts';
import { root } from '../paths.ts';
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
  if (!statSync(path, { throwIfNoEntry: false })?.isFile())
    throw new UsageError(`${path} is no file`, 'give the .env of the old deployment');
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
    return importEnvFile(stack, readEnvFile(resolve(path)), readCurrent(stack), keepSecrets);
  } catch (error) {
    if (error instanceof SettingsError)
      throw new CommandError(
        `${path}, taken over: ${error.message}`,
        'correct the file, or leave the line out and set it by hand; nothing was written',
      );
    throw error;
  }
}

/** Reads the file itself, so that neither a backend nor a passphrase is needed. */
function readCurrent(stack: string): Current {
  const path = join(root, `Pulumi.${stack}.yaml`);
  const { config: configured } = (
    existsSync(path) ? (parse(readFileSync(path, 'utf8')) ?? {}) : {}
  ) as { config?: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(configured ?? {}).map(([key, value]) => [
      key.replace(/^pulse:/, ''),
      typeof value === 'object' ? secretValue : String(value as string | number | boolean),
    ]),
  );
}

async function write(stack: string, { plain, secrets, previous }: Import): Promise<void> {
  const hidden = { ...secrets, ...previous };
  if (Object.keys({ ...plain, ...hidden }).length === 0) return;
  await installPulumi();
  if (!(await deployedStacks()).includes(stack))
    await captureOutput('pulumi', ['stack', 'init', '--no-select', stack]);
  const pairs = Object.entries(plain).flatMap(([key, value]) => [
    '--plaintext',
    `pulse:${key}=${value}`,
  ]);
  if (pairs.length > 0)
    await captureOutput('pulumi', ['config', 'set-all', '--stack', stack, ...pairs]);
  // By standard input: an argument stands in the host's process list.
  for (const [key, value] of Object.entries(hidden)) await writeSecret(stack, key, value);
  say(`written into Pulumi.${stack}.yaml`);
}

async function writeSecret(stack: string, key: string, value: string): Promise<void> {
  const args = ['config', 'set', '--secret', `pulse:${key}`, '--stack', stack];
  const run = { input: Readable.from([value]), stdout: 'stderr' } as const;
  if ((await runInteractive('pulumi', args, run)) !== 0)
    throw new CommandError(
      `pulse:${key} was not written`,
      'pulumi says why above; run the same command again, what is written stays',
    );
}
