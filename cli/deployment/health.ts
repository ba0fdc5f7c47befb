import { setTimeout as pause } from 'node:timers/promises';

import { CommandError } from '../../toolchain/command-error.ts';
import { say } from '../command.ts';
import { containersOf, healthOf, nameOf } from '../containers.ts';
import { captureJson } from '../process.ts';

const patienceMs = 120_000;
const lookEveryMs = 2_000;

/**
 * Asks the engine itself: after a failed update `pulumi up --refresh` returns 0 with an unhealthy
 * container in place.
 *
 * @throws CommandError when a container is not healthy in time
 */
export async function waitUntilHealthy(stack: string): Promise<void> {
  const wanted = await captureJson<string[]>('pulumi', [
    'stack',
    'output',
    'containerNames',
    '--json',
    '--stack',
    stack,
  ]);
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const health = new Map(
      (await containersOf(stack)).map((container) => [nameOf(container), healthOf(container)]),
    );
    const unwell = wanted
      .filter((name) => health.get(name) !== 'healthy')
      .map((name) => `${name} (${health.get(name) ?? 'missing'})`);
    if (unwell.length === 0) return say(`All ${wanted.length} containers are healthy.`);
    if (Date.now() > deadline)
      throw new CommandError(
        `not healthy after ${patienceMs / 1000} s: ${unwell.join(', ')}`,
        `./pulse logs <name> --stack ${stack}`,
      );
    say(`waiting for ${unwell.join(', ')}`);
    await pause(lookEveryMs);
  }
}
