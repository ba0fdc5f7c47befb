import { Command } from 'commander';

import { refuseUnknownStack } from './stacks.ts';

export interface InStack {
  readonly stack: string;
  readonly json?: true;
}

/** A command of `./pulse`; its examples stand under its help. */
export function command(name: string, about: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(about)
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${example}`).join('\n')}`);
}

/** A command that works on one stack that there is, and can answer in JSON. */
export function stackCommand(name: string, about: string, examples: readonly string[]): Command {
  return command(name, about, examples)
    .option('--stack <name>', 'which stack', 'dev')
    .option('--json', 'answer for scripts, on stdout')
    .hook('preAction', (self) => refuseUnknownStack((self.opts() as InStack).stack));
}

export const print = (text: string): void => void process.stdout.write(`${text}\n`);
/** What goes on, beside the answer: to stderr, so that stdout is the answer alone. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`);
export const end = (code: number): void => {
  process.exitCode = code;
};
