/**
 * `./pulse`: one command a file under commands/. Exit codes: 0 good, 1 a fault, 2 wrong use, 130
 * interrupted.
 */
import { Command, CommanderError } from 'commander';

import { CommandError } from '../toolchain/command-error.ts';
import { Interrupted } from '../toolchain/process.ts';
import { end, say } from './command.ts';
import { config } from './commands/config.ts';
import { remove } from './commands/delete.ts';
import { doctor } from './commands/doctor.ts';
import { down } from './commands/down.ts';
import { env } from './commands/env.ts';
import { explainCode } from './commands/explain.ts';
import { index } from './commands/index-documents.ts';
import { logs } from './commands/logs.ts';
import { preview } from './commands/preview.ts';
import { queue } from './commands/queue.ts';
import { status } from './commands/status.ts';
import { test } from './commands/test.ts';
import { up } from './commands/up.ts';
import { verify } from './commands/verify.ts';
import { workerCommands } from './commands/worker.ts';
import { UsageError } from './errors.ts';

const program = new Command('./pulse')
  .description('A document-indexing stack on Docker, deployed and proven by Pulumi.')
  .exitOverride()
  .showHelpAfterError('(./pulse <command> --help shows what it takes)')
  .addHelpText(
    'after',
    '\nExamples:\n  ./pulse up\n  ./pulse index ./handbook --wait\n  ./pulse search "rotate a password"\n  ./pulse verify --json',
  );
for (const command of [
  up,
  preview,
  status,
  logs,
  verify,
  index,
  remove,
  queue,
  ...workerCommands,
  config,
  explainCode,
  doctor,
  env,
  test,
  down,
]) {
  for (const one of [command, ...command.commands]) one.copyInheritedSettings(program);
  program.addCommand(command);
}

try {
  await program.parseAsync();
} catch (error) {
  end(codeOf(error));
}

/** Says what went wrong and what to do; the exit code. */
function codeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Interrupted) {
    say('Interrupted. What was begun is kept; run the same command again to go on.');
    return 130;
  }
  say(
    error instanceof CommandError
      ? `${error.message}\n  what to do: ${error.remedy}`
      : error instanceof Error
        ? (error.stack ?? error.message)
        : String(error),
  );
  return error instanceof UsageError ? 2 : 1;
}
