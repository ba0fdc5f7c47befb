import type { Settings } from '../../../settings.ts';
import { CommandError } from '../../../toolchain/command-error.ts';
import { captureOutput } from '../../process.ts';
import type { Progress } from '../../progress/steps.ts';
import { containersIn } from '../../state.ts';
import type { StateResource } from '../../state.ts';
import { inspectHost } from './inspect.ts';
import { judgeHost } from './judge.ts';
import type { MadeResources } from './names.ts';

/**
 * Checks whether the Docker host can take the stack: networks, ports, names, open files, memory. A
 * network of the stack's name that the stack did not make is joined, and never removed.
 *
 * @param state what the last update left
 * @throws CommandError with every fault
 */
export async function checkHost(
  settings: Settings,
  state: readonly StateResource[],
  { note }: Progress,
): Promise<void> {
  const { stack, prefix } = settings;
  const host = await inspectHost(settings);
  const { faults, warnings, joinsExisting } = judgeHost(settings, host, listMade(state));
  for (const { code, problem } of warnings) note(`warning: ${code}: ${problem}`);
  if (faults.length > 0) {
    const lines = faults.map(({ code, problem }) => `  - ${code}: ${problem}`);
    throw new CommandError(
      `this host cannot take stack ${stack}:\n${lines.join('\n')}`,
      'each line says it, ./pulse explain CODE says more; nothing was changed yet',
    );
  }
  if (!joinsExisting) return;
  await captureOutput('pulumi', ['config', 'set', '--stack', stack, 'pulse:network', 'existing']);
  note(
    `Network ${prefix} is there already, and not of this stack's making: it is joined, and never ` +
      `removed (pulse:network existing, written into Pulumi.${stack}.yaml).`,
  );
}

function listMade(state: readonly StateResource[]): MadeResources {
  return {
    network: state.some(({ type }) => type === 'docker:index/network:Network'),
    containers: containersIn(state).map(({ name }) => name),
  };
}
