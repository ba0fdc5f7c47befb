import { say } from '../command.ts';
import { containersOf, healthOf, isBroken, nameOf } from '../containers.ts';
import { jsonOf } from '../process.ts';

interface State { readonly deployment: { readonly resources?: readonly { readonly urn: string; readonly type: string; readonly outputs?: { readonly name?: string } }[] } }

/**
 * Resources that have to be made anew although Pulumi sees no difference: after a failed update a refresh takes an unhealthy
 * container for a good one, and one off its network it puts back without its name there. (Removed and stopped ones it finds by itself.)
 * @returns their URNs
 */
export async function brokenResources(stack: string): Promise<string[]> {
  const broken = new Map((await containersOf(stack)).filter(isBroken).map((container) => [nameOf(container), healthOf(container)]));
  if (broken.size === 0) return [];
  const { deployment } = await jsonOf<State>('pulumi', ['stack', 'export', '--stack', stack]);
  return (deployment.resources ?? []).flatMap(({ urn, type, outputs }) => {
    const health = type === 'docker:index/container:Container' ? broken.get(outputs?.name ?? '') : undefined;
    if (health === undefined) return [];
    say(`${outputs?.name} is ${health}: it is made anew.`);
    return [urn];
  });
}
