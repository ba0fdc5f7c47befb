import { setTimeout as pause } from 'node:timers/promises';

import { CommandError } from '../../toolchain/command-error.ts';
import { containersOf, healthOf, nameOf } from '../containers.ts';
import type { Progress } from '../progress/steps.ts';

const timeoutMs = 120_000;
const intervalMs = 2_000;

/**
 * Waits until the engine calls every container healthy: after a failed update `pulumi up --refresh`
 * returns 0 with an unhealthy container in place.
 *
 * @param names of all containers of the stack
 * @throws CommandError when a container is not healthy within 2 minutes
 */
export async function waitUntilHealthy(
  stack: string,
  names: readonly string[],
  { report, note, signal }: Progress,
): Promise<void> {
  const deadlineMs = Date.now() + timeoutMs;
  for (;;) {
    const health = new Map(
      (await containersOf(stack)).map((container) => [nameOf(container), healthOf(container)]),
    );
    const unhealthy = names
      .filter((name) => health.get(name) !== 'healthy')
      .map((name) => `${name} (${health.get(name) ?? 'missing'})`);
    if (unhealthy.length === 0) return note(`All ${names.length} containers are healthy.`);
    if (Date.now() > deadlineMs)
      throw new CommandError(
        `not healthy after ${timeoutMs / 1000} s: ${unhealthy.join(', ')}`,
        `./pulse logs <name> --stack ${stack}`,
      );
    report(`waiting for ${unhealthy.join(', ')}`);
    await pause(intervalMs, undefined, { signal });
  }
}
