import { containersOf, healthOf, isBroken, nameOf } from '../containers.ts';
import type { Progress } from '../progress/steps.ts';
import { declaredContainers } from '../state.ts';

/**
 * Finds the containers that have to be replaced although Pulumi sees no difference: after a failed
 * update a refresh takes an unhealthy container for a good one, and it does not compare a
 * container's network. (A refresh finds removed and stopped containers by itself.)
 *
 * @returns their URNs
 */
export async function findBrokenContainers(stack: string, { note }: Progress): Promise<string[]> {
  const broken = new Map(
    (await containersOf(stack))
      .filter((container) => isBroken(container))
      .map((container) => [nameOf(container), healthOf(container)]),
  );
  if (broken.size === 0) return [];
  const declared = (await declaredContainers(stack)).filter(({ name }) => broken.has(name));
  for (const { name } of declared) note(`${name} is ${broken.get(name)}: it is made again.`);
  return declared.map(({ urn }) => urn);
}
