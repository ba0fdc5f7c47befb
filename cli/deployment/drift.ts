import { say } from '../command.ts';
import { brokenBecause, containersOf, nameOf } from '../containers.ts';
import { jsonOf } from '../process.ts';
import { prefixOf } from '../stack.ts';

interface State { readonly deployment: { readonly resources?: readonly { readonly urn: string; readonly type: string; readonly outputs?: { readonly name?: string } }[] } }

/**
 * Resources that have to be made anew although Pulumi sees no difference: after a failed update a refresh takes an unhealthy
 * container for a good one, and it never looks whether one is still on its network. (Removed and stopped ones it finds by itself.)
 * @returns their URNs
 */
export async function brokenResources(stack: string): Promise<string[]> {
  const broken = new Map((await containersOf(stack)).map((container) => [nameOf(container), brokenBecause(container, prefixOf(stack))]));
  if ([...broken.values()].every((why) => why === undefined)) return [];
  const { deployment } = await jsonOf<State>('pulumi', ['stack', 'export', '--stack', stack]);
  const containers = (deployment.resources ?? []).filter(({ type }) => type === 'docker:index/container:Container');
  return containers.flatMap(({ urn, outputs }) => {
    const why = broken.get(outputs?.name ?? '');
    if (why === undefined) return [];
    say(`${outputs?.name} is ${why}: it is made anew.`);
    return [urn];
  });
}
