import { dataVolumeNames, prefixOf } from '../../settings/names.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import type { InStack } from '../command.ts';
import { end, print, say, stackCommand } from '../command.ts';
import { askText, askYesNo } from '../confirm.ts';
import { captureLines, captureOutput, runInteractive } from '../process.ts';
import { stateOf } from '../state.ts';

interface Options extends InStack {
  readonly data?: true;
  readonly yes?: true;
  readonly confirm?: string;
}

export const down = stackCommand(
  'down',
  'pulumi destroy; data volumes stay unless --data, folders of the host and a network of others always',
  [
    './pulse down',
    './pulse down --stack staging --yes',
    './pulse down --data',
    './pulse down --stack prod --data --confirm prod',
  ],
)
  .option('--data', 'remove the data volumes as well: there is no way back')
  .option('--yes', 'do not ask')
  .option(
    '--confirm <stack>',
    'with --data: the name once more, where pulse:protectData protects them',
  )
  .action(async (options: Options) => {
    const { stack, data, json } = options;
    const state = await stateOf(stack);
    const isProtected = state?.some(({ protect }) => protect === true) ?? false;
    if (!(await isMeant(options, isProtected))) return end(1);
    if (data && isProtected)
      await captureOutput('pulumi', ['state', 'unprotect', '--all', '--yes', '--stack', stack]);
    // A protected volume would make pulumi refuse all of it.
    const spare = isProtected && !data ? ['--exclude-protected'] : [];
    if (state === undefined)
      say(`This backend has no state of stack ${stack}: nothing to destroy.`);
    const code =
      state === undefined
        ? 0
        : await runInteractive(
            'pulumi',
            ['destroy', '--yes', '--skip-preview', ...spare, '--stack', stack],
            { stdout: json ? 'stderr' : 'stdout' },
          );
    const removed = code === 0 && data ? await removeVolumes(stack) : [];
    if (json) print(JSON.stringify({ stack, ok: code === 0, removedVolumes: removed }));
    end(code === 0 ? 0 : 1);
  });

/** Protected data go only when the stack is named once more: `--yes` stands in too many scripts. */
async function isMeant(
  { stack, data, yes, confirm }: Options,
  isProtected: boolean,
): Promise<boolean> {
  const again = `./pulse down --stack ${stack}${data ? ' --data' : ''}`;
  if (data && isProtected) {
    if (confirm === stack) return true;
    if (yes || confirm !== undefined)
      throw new CommandError(
        `the data of ${stack} are protected (pulse:protectData)`,
        `${again} --confirm ${stack}`,
      );
    return (
      (await askText(
        `Remove stack ${stack} AND ALL ITS PROTECTED DATA? Type its name to go on:`,
        `${again} --confirm ${stack}`,
      )) === stack
    );
  }
  return (
    yes === true ||
    askYesNo(
      data
        ? `Remove stack ${stack} AND ALL ITS DATA?`
        : `Remove stack ${stack}? Its data volumes stay.`,
      `${again} --yes`,
    )
  );
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
