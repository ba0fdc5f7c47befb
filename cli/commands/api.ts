import { api as definition } from '../../shared/commands/api.ts';
import type { RunnableCommand } from '../../shared/commands/build.ts';
import type { InputOf } from '../../shared/commands/input.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { onKnownStack, print } from '../command.ts';
import { readApiOutputs } from '../state.ts';

type Options = InputOf<typeof definition.subcommands.key>;

export const api: RunnableCommand = {
  definition,
  run: { key: onKnownStack(async (input) => printKey(input as Options)) },
};

async function printKey({ stack, admin, json }: Options): Promise<void> {
  const key = await readKey(stack, admin ? 'apiSecret' : 'searchSecret');
  print(json ? JSON.stringify({ stack, admin: admin === true, key }) : key);
}

/**
 * Reads a key from the state, so that the stack need not run.
 *
 * @throws CommandError for a stack that was not deployed since there is an API
 */
async function readKey(stack: string, output: 'apiSecret' | 'searchSecret'): Promise<string> {
  const { [output]: key } = await readApiOutputs(stack);
  if (key === undefined)
    throw new CommandError(
      `stack ${stack} has no key of the API yet`,
      `deploy it: ./pulse up --stack ${stack}`,
    );
  return key;
}
