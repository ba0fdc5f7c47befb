import { moveData as definition } from '../../shared/commands/move-data.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { end, say, stackCommand } from '../command.ts';
import { askYesNo } from '../confirm.ts';
import { deployAndReport } from '../deployment/report.ts';
import { readStackSettings } from '../deployment/settings.ts';
import { refuseOtherEngine } from '../engine-of-stack.ts';
import { copyStores, listMoves } from '../move-data/move.ts';
import { captureOutput } from '../process.ts';
import { runStep } from '../progress/steps.ts';
import { stateOf } from '../state.ts';

export const moveData = stackCommand(definition, async ({ stack, yes, json = false }) => {
  await refuseOtherEngine((await stateOf(stack)) ?? []);
  const settings = await readStackSettings(stack);
  const { base, stores } = settings.dataFolders;
  if (base === undefined)
    throw new CommandError(
      'pulse:appdataBase is not set, below which the folders would be',
      `pulumi config set pulse:appdataBase /mnt/cache/appdata --stack ${stack}`,
    );
  if (stores) return say(`The data of ${stack} are below ${base} already.`);
  const moves = listMoves(settings);
  say(moves.map(({ volume, folder }) => `  ${volume} -> ${base}/${folder}`).join('\n'));
  const question = `Stop stack ${stack} and copy these volumes? They stay as they are.`;
  if (!yes && !(await askYesNo(question, `./pulse move-data --stack ${stack} --yes`)))
    return end(1);
  await runStep({
    name: 'copy',
    title: 'Copying the data',
    work: (progress) => copyStores(settings, base, moves, progress),
  });
  await captureOutput('pulumi', ['config', 'set', '--stack', stack, 'pulse:storeFolders', 'true']);
  await deployAndReport(stack, { yes: true, json });
  const volumes = moves.map(({ volume }) => volume).join(' ');
  say(`The volumes are still there; when all is well, and a backup was made: remove ${volumes}`);
});
