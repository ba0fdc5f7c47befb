import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

import { UsageError } from './errors.ts';
import { root } from './paths.ts';
import { captureJson } from './process.ts';

/** Stacks that this clone has a configuration for. */
export function configuredStacks(): string[] {
  return readdirSync(root)
    .flatMap((name) => /^Pulumi\.([\w-]+)\.yaml$/.exec(name)?.[1] ?? [])
    .sort();
}

/** Stacks that the backend has a state of; none where it cannot be asked. */
export async function deployedStacks(): Promise<string[]> {
  const stacks = await captureJson<{ name: string }[]>('pulumi', ['stack', 'ls', '--json']).catch(
    () => [],
  );
  return stacks.map(({ name }) => name.split('/').at(-1) ?? name);
}

/**
 * A mistyped name would otherwise make a stack with every default, on the ports and subnet of
 * another.
 *
 * @throws UsageError when neither a configuration nor a state has this name
 */
export async function refuseUnknownStack(stack: string): Promise<void> {
  if (existsSync(join(root, `Pulumi.${stack}.yaml`)) || (await deployedStacks()).includes(stack))
    return;
  throw new UsageError(
    `there is no stack ${stack}; there are ${configuredStacks().join(', ')}`,
    `to make it: cp Pulumi.dev.yaml Pulumi.${stack}.yaml, give it its own subnet, gateway and ` +
      `ports (docs/configuration.md), then ./pulse up --stack ${stack}`,
  );
}
