import { dataVolumeNames, prefixOf } from '../../settings/names.ts';
import { down as definition } from '../../shared/commands/down.ts';
import type { InputOf } from '../../shared/commands/input.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { end, print, say, stackCommand } from '../command.ts';
import { askText, askYesNo } from '../confirm.ts';
import { refuseOtherEngine } from '../engine-of-stack.ts';
import { captureLines, captureOutput, runInteractive } from '../process.ts';
import { stateOf } from '../state.ts';

type Options = InputOf<typeof definition>;

export const down = stackCommand(definition, async (options) => {
  const { stack, data, json } = options;
  const state = await stateOf(stack);
  await refuseOtherEngine(state ?? []);
  const isProtected = state?.some(({ protect }) => protect === true) ?? false;
  if (!(await isConfirmed(options, isProtected))) return end(1);
  if (data && isProtected)
    await captureOutput('pulumi', ['state', 'unprotect', '--all', '--yes', '--stack', stack]);
  if (state === undefined) say(`This backend has no state of stack ${stack}: nothing to destroy.`);
  // A protected volume would make pulumi refuse all of it.
  const spare = isProtected && !data ? ['--exclude-protected'] : [];
  const destroy = ['destroy', '--yes', '--skip-preview', ...spare, '--stack', stack];
  const code =
    state === undefined
      ? 0
      : await runInteractive('pulumi', destroy, { stdout: json ? 'stderr' : 'stdout' });
  const removedVolumes = code === 0 && data ? await removeVolumes(stack) : [];
  if (json) print(JSON.stringify({ stack, ok: code === 0, removedVolumes }));
  end(code === 0 ? 0 : 1);
});

async function isConfirmed(options: Options, isProtected: boolean): Promise<boolean> {
  const { stack, data, yes } = options;
  if (data && isProtected) return isConfirmedByName(options);
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

async function removeVolumes(stack: string): Promise<string[]> {
  const own = dataVolumeNames.map((name) => `${prefixOf(stack)}_${name}`);
  const volumes = (await captureLines('docker', ['volume', 'ls', '--quiet'])).filter((name) =>
    own.includes(name),
  );
  if (volumes.length === 0) return [];
  say(`removing ${volumes.join(', ')}`);
  return captureLines('docker', ['volume', 'rm', ...volumes]);
}
