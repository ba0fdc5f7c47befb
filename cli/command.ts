import type { Run, RunnableCommand } from '../shared/commands/build.ts';
import type { CommandDefinition } from '../shared/commands/definition.ts';
import type { InputOf } from '../shared/commands/input.ts';
import { refuseUnknownStack } from './stacks.ts';

/** A command of `./pulse`: its definition, and what it does with its arguments and options. */
export function hostCommand<const Definition extends CommandDefinition>(
  definition: Definition,
  run: (input: InputOf<Definition>) => Promise<void> | void,
): RunnableCommand {
  return { definition, run: async (input) => run(input as InputOf<Definition>) };
}

/** The same for a command that works on one stack: a stack that does not exist is wrong use. */
export function stackCommand<const Definition extends CommandDefinition>(
  definition: Definition,
  run: (input: InputOf<Definition>) => Promise<void> | void,
): RunnableCommand {
  return { definition, run: onKnownStack(async (input) => run(input as InputOf<Definition>)) };
}

/** Refuses a stack that does not exist before it runs the command. */
export function onKnownStack(run: Run): Run {
  return async (input) => {
    await refuseUnknownStack(input['stack'] as string);
    await run(input);
  };
}

/** Prints a line of the answer on standard output. */
export const print = (text: string): void => void process.stdout.write(`${text}\n`);
/** Says what goes on, on standard error: standard output is for the answer alone. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`);
/** Sets the exit code; the process ends when its work is done. */
export const end = (code: number): void => {
  process.exitCode = code;
};
