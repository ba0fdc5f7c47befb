import * as pulumi from '@pulumi/pulumi';

import type { Settings } from '../settings.ts';

/** A network can only be made anew with no container on it. */
type Network = Pick<Settings, 'subnet' | 'gateway'>;

/**
 * Refuses a change that takes every container down together, unless the configuration confirms it
 * by naming the new subnet: a confirmation that is left standing confirms no other change. Asked of
 * the stack's own last outputs, so that it holds for a plain `pulumi preview` and `pulumi up`,
 * too.
 *
 * @throws pulumi.RunError
 */
export async function refuseUnconfirmedOutage(settings: Settings): Promise<void> {
  const { outputs } = (await pulumi.runtime.invoke('pulumi:pulumi:readStackOutputs', {
    name: `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`,
  })) as { outputs?: Partial<Network> };
  const problem = unconfirmedOutage(outputs ?? {}, settings);
  if (problem !== undefined) throw new pulumi.RunError(problem);
}

/**
 * What to say; undefined when there is no outage, or a confirmed one. A network that is only joined
 * is never made anew.
 */
export function unconfirmedOutage(
  deployed: Partial<Network>,
  { subnet, gateway, allowOutage, network }: Network & Pick<Settings, 'allowOutage' | 'network'>,
): string | undefined {
  if (network === 'existing') return undefined;
  if (
    deployed.subnet === undefined ||
    (deployed.subnet === subnet && deployed.gateway === gateway) ||
    allowOutage === subnet
  )
    return undefined;
  return [
    `network ${deployed.subnet} (gateway ${deployed.gateway}) would become ${subnet} (gateway ${gateway}). This is an outage: every container goes down, the network is made anew, then all start again.`,
    `  - to go on, confirm it: pulumi config set pulse:allowOutage ${subnet}`,
    `  - to keep the network: pulumi config set pulse:subnet ${deployed.subnet}; pulumi config set pulse:gateway ${deployed.gateway}`,
  ].join('\n');
}
