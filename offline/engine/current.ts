import { CommandError } from '../../toolchain/command-error.ts';
import { runInteractive } from '../../toolchain/process.ts';
import type { InteractiveOptions } from '../../toolchain/process.ts';
import type { Report } from '../../toolchain/tool.ts';
import { SeparateEngine } from './engine.ts';
import { installCurrentEngine } from './programs.ts';

/**
 * Runs a command on the newest Docker engine, in the network of that engine. Engine, containers and
 * images are gone afterwards.
 *
 * @returns its exit code
 * @throws Interrupted after Ctrl-C
 */
export async function runOnCurrentEngine(
  command: readonly string[],
  report: Report,
  options?: InteractiveOptions,
): Promise<number> {
  if (process.getuid?.() !== 0)
    throw new CommandError('Only root can start a second Docker engine', 'run this as root');
  const programs = await installCurrentEngine(report);
  await using engine = new SeparateEngine(programs);
  await engine.start();
  const [enter, ...argument] = engine.inNetwork;
  return await runInteractive(enter, [...argument, ...command], {
    ...options,
    env: { ...options?.env, ...engine.environment, DOCKER_CONTEXT: undefined },
  });
}
