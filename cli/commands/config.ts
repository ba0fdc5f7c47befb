import { existsSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';

import { parse } from 'yaml';

import { SettingsFault } from '../../settings.ts';
import { formatTable } from '../../shared/table.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { command, end, print, say } from '../command.ts';
import type { InStack } from '../command.ts';
import { importEnvFile, secretValue } from '../config/import.ts';
import type { Current, Import } from '../config/import.ts';
import { UsageError } from '../errors.ts';
import { root } from '../paths.ts';
import { captureOutput, runInteractive } from '../process.ts';
import { deployedStacks } from '../stacks.ts';
import { installPulumi } from '../tools.ts';

interface Options extends InStack {
  readonly keepSecrets?: boolean;
  readonly dryRun?: boolean;
}

const importCommand = command(
  'import',
  "turn the .env of the deployment that Pulse replaces into a stack's configuration; makes new secrets for those that stood there",
  [
    './pulse config import ../pulse/.env --stack prod --dry-run',
    './pulse config import ../pulse/.env --stack prod',
    './pulse config import old.env --keep-secrets --json',
  ],
)
  .argument('<.env>')
  .option('--stack <name>', 'which stack; it is made when there is none of that name', 'prod')
  .option('--keep-secrets', 'take the secrets of the file as they are')
  .option('--dry-run', 'show what would be written, and write nothing')
  .option('--json', 'answer for scripts, on stdout')
  .action(async (path: string, { stack, keepSecrets = false, dryRun = false, json }: Options) => {
    if (!statSync(path, { throwIfNoEntry: false })?.isFile())
      throw new UsageError(`${path} is no file`, 'give the .env of the old deployment');
    const read = imported(stack, path, keepSecrets);
    if (!dryRun) await write(stack, read);
    if (json) print(JSON.stringify({ stack, dryRun, lines: read.lines }));
    else {
      print(formatTable(read.lines));
      print(
        `\n${dryRun ? 'Nothing was written; without --dry-run' : `Pulumi.${stack}.yaml:`} ${Object.keys(read.plain).length} settings and ${Object.keys(read.secrets).length} secrets${dryRun ? ' would be' : ' written'}.`,
      );
      if (!dryRun && Object.keys(read.secrets).length > 0)
        print(
          `Read a secret, for those who have to be told: eval "$(./pulse env)"; pulumi config get pulse:${Object.keys(read.secrets)[0]} --stack ${stack}`,
        );
    }
    end(0);
  });

export const config = command('config', "a stack's configuration", [
  './pulse config import ../pulse/.env --stack prod --dry-run',
]).addCommand(importCommand);

function imported(stack: string, path: string, keepSecrets: boolean): Import {
  try {
    return importEnvFile(stack, readFileSync(resolve(path), 'utf8'), currentOf(stack), keepSecrets);
  } catch (error) {
    if (error instanceof SettingsFault)
      throw new CommandError(
        `${path}, taken over: ${error.message}`,
        'correct the file, or leave the line out and set it by hand; nothing was written',
      );
    throw error;
  }
}

/** From the file itself: to look at it, neither a backend nor a passphrase is needed. */
function currentOf(stack: string): Current {
  const path = join(root, `Pulumi.${stack}.yaml`);
  const { config: configured } = (
    existsSync(path) ? (parse(readFileSync(path, 'utf8')) ?? {}) : {}
  ) as { config?: Record<string, unknown> };
  return Object.fromEntries(
    Object.entries(configured ?? {}).map(([key, value]) => [
      key.replace(/^pulse:/, ''),
      typeof value === 'object' ? secretValue : String(value),
    ]),
  );
}

async function write(stack: string, { plain, secrets }: Import): Promise<void> {
  if (Object.keys({ ...plain, ...secrets }).length === 0) return;
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
  for (const [key, value] of Object.entries(secrets)) {
    if (
      (await runInteractive(
        'pulumi',
        ['config', 'set', '--secret', `pulse:${key}`, '--stack', stack],
        {
          input: Readable.from([value]),
          stdout: 'stderr',
        },
      )) !== 0
    ) {
      throw new CommandError(
        `pulse:${key} was not written`,
        'pulumi says why above; run the same command again, what is written stays',
      );
    }
  }
  say(`written into Pulumi.${stack}.yaml`);
}
