import type { Settings } from '../../../settings.ts';
import { CommandError } from '../../../toolchain/command-error.ts';
import { say } from '../../command.ts';
import { captureOutput } from '../../process.ts';
import { containersIn, stateOf } from '../../state.ts';
import { inspectHost } from './inspect.ts';
import { judgeHost } from './judge.ts';
import type { Made } from './judge.ts';

/**
 * Whether the Docker host can take the stack: networks, ports, names, open files, memory. A network
 * of the stack's name that somebody else made is adopted: joined, and never removed.
 *
 * @throws CommandError with every fault
 */
export async function checkHost(settings: Settings): Promise<void> {
  const { stack, prefix } = settings;
  const [host, made] = await Promise.all([inspectHost(settings), readMadeResources(stack)]);
  const { faults, warnings, joinsExisting } = judgeHost(settings, host, made);
  for (const { code, problem } of warnings) say(`warning: ${code}: ${problem}`);
  if (faults.length > 0)
    throw new CommandError(
      `this host cannot take stack ${stack}:\n${faults.map(({ code, problem }) => `  - ${code}: ${problem}`).join('\n')}`,
      'each line says it, ./pulse explain CODE says more; nothing was changed yet',
    );
  if (!joinsExisting) return;
  await captureOutput('pulumi', ['config', 'set', '--stack', stack, 'pulse:network', 'existing']);
  say(
    `Network ${prefix} is there already, and not of this stack's making: it is joined, and never removed (pulse:network existing, written into Pulumi.${stack}.yaml).`,
  );
}

async function readMadeResources(stack: string): Promise<Made> {
  const resources = (await stateOf(stack)) ?? [];
  return {
    network: resources.some(({ type }) => type === 'docker:index/network:Network'),
    containers: containersIn(resources).map(({ name }) => name),
  };
}
