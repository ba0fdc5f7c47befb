import { down as definition } from '../../shared/commands/down.ts';
import type { InputOf } from '../../shared/commands/input.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { end, print, stackCommand } from '../command.ts';
import { askText, askYesNo } from '../confirm.ts';
import { destroyStack, isProtected, refuseUnknownContainers } from '../deployment/destroy.ts';
import { refuseOtherEngine } from '../engine-of-stack.ts';
import { stateOf } from '../state.ts';

type Options = InputOf<typeof definition>;

export const down = stackCommand(definition, async (options) => {
  const { stack, data = false, json } = options;
  const state = await stateOf(stack);
  await refuseOtherEngine(state ?? []);
  await refuseUnknownContainers(stack, state);
  if (!(await isConfirmed(options, isProtected(state)))) return end(1);
  const stdout = json ? 'stderr' : 'stdout';
  const { ok, removedVolumes } = await destroyStack(stack, state, { data, stdout });
  if (json) print(JSON.stringify({ stack, ok, removedVolumes }));
  end(ok ? 0 : 1);
});

async function isConfirmed(options: Options, hasProtected: boolean): Promise<boolean> {
  const { stack, data, yes } = options;
  if (data && hasProtected) return isConfirmedByName(options);
  if (yes) return true;
  const question = data
    ? `Remove stack ${stack} AND ALL ITS DATA?`
    : `Remove stack ${stack}? Its data volumes stay.`;
  return askYesNo(question, `./pulse down --stack ${stack}${data ? ' --data' : ''} --yes`);
}

/**
 * Protected data are removed only when the stack is named once more: `--yes` stands in too many
 * scripts.
 *
 * @throws CommandError when another stack is named, or `--yes` is given in place of the name
 */
async function isConfirmedByName({ stack, yes, confirm }: Options): Promise<boolean> {
  const instead = `./pulse down --stack ${stack} --data --confirm ${stack}`;
  if (confirm === stack) return true;
  if (yes || confirm !== undefined)
    throw new CommandError(`the data of ${stack} are protected (pulse:protectData)`, instead);
  const question = `Remove stack ${stack} AND ALL ITS PROTECTED DATA? Type its name to go on:`;
  return (await askText(question, instead)) === stack;
}
