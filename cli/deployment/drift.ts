import { say } from '../command.ts';
import { containersOf, healthOf, isBroken, nameOf } from '../containers.ts';
import { declaredContainers } from '../state.ts';

/**
 * Containers that have to be made anew although Pulumi sees no difference: after a failed update a
 * refresh takes an unhealthy container for a good one, and it does not look for one's network.
 * (Removed and stopped ones it finds by itself.)
 *
 * @returns their URNs
 */
export async function findBrokenContainers(stack: string): Promise<string[]> {
  const broken = new Map(
    (await containersOf(stack))
      .filter(isBroken)
      .map((container) => [nameOf(container), healthOf(container)]),
  );
  if (broken.size === 0) return [];
  const declared = (await declaredContainers(stack)).filter(({ name }) => broken.has(name));
  for (const { name } of declared) say(`${name} is ${broken.get(name)}: it is made anew.`);
  return declared.map(({ urn }) => urn);
}
