/**
 * `./pulse`: one command a file under commands/. Exit codes: 0 done, 1 a fault, 2 wrong use, 130
 * interrupted.
 */
import { CommanderError } from 'commander';

import { buildProgram } from '../shared/commands/build.ts';
import { CommandError } from '../toolchain/command-error.ts';
import { Interrupted } from '../toolchain/process.ts';
import { end, say } from './command.ts';
import { commands } from './commands.ts';
import { UsageError } from './errors.ts';

const description = 'A document-indexing stack on Docker, deployed and proven by Pulumi.';
const examples = `
Examples:
  ./pulse up
  ./pulse index ./handbook --wait
  ./pulse search "rotate a password"
  ./pulse verify --json`;

/** Most programs have an option for it, and some a short one. */
const versionOptions = ['--version', '-v', '-V'];
const typed = process.argv.slice(2);
const args = versionOptions.includes(typed[0] ?? '') ? ['version', ...typed.slice(1)] : typed;

for (const output of [process.stdout, process.stderr]) output.on('error', ignoreClosed);
try {
  await buildProgram('./pulse', description, commands, 'host')
    .addHelpText('after', examples)
    .parseAsync(args, { from: 'user' });
} catch (error) {
  reportError(error);
  end(exitCodeOf(error));
}

/** Who reads has enough of it (`| head`). What was begun goes on: it may be a deployment. */
function ignoreClosed(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
}

/** Says what went wrong and what to do; commander has said it already of wrong use. */
function reportError(error: unknown): void {
  if (error instanceof CommanderError) return;
  if (error instanceof Interrupted)
    return say('Interrupted. What was begun is kept; run the same command again to go on.');
  if (error instanceof CommandError) return say(`${error.message}\n  what to do: ${error.remedy}`);
  say(error instanceof Error ? (error.stack ?? error.message) : String(error));
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof Interrupted) return 130;
  return error instanceof UsageError ? 2 : 1;
}
