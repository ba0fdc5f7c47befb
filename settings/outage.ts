import * as pulumi from '@pulumi/pulumi';

import type { SettingsByPart } from '../settings.ts';

type Network = Omit<SettingsByPart['network'], 'caCertificate'>;
/** A network whose range changes is replaced, which is only possible with no container on it. */
type Range = Pick<Network, 'subnet' | 'gateway'>;

/**
 * Refuses a change that takes every container down together, unless the configuration confirms it
 * by naming the new subnet: a confirmation that is left standing confirms no other change.
 *
 * @throws pulumi.RunError
 */
export function refuseUnconfirmedOutage(deployed: Partial<Range>, network: Network): void {
  const problem = unconfirmedOutage(deployed, network);
  if (problem !== undefined) throw new pulumi.RunError(problem);
}

/**
 * Describes the outage that a change of the network would be.
 *
 * @returns undefined when there is none, when it is confirmed, or when the network is only joined
 *   and so never replaced
 */
export function unconfirmedOutage(
  deployed: Partial<Range>,
  { subnet, gateway, allowOutage, mode }: Network,
): string | undefined {
  const isSame = deployed.subnet === subnet && deployed.gateway === gateway;
  const isConfirmed = allowOutage === subnet;
  if (mode === 'existing' || deployed.subnet === undefined || isSame || isConfirmed)
    return undefined;
  return [
    `network ${deployed.subnet} (gateway ${deployed.gateway}) would become ${subnet} ` +
      `(gateway ${gateway}). This is an outage: every container goes down, the network is ` +
      'replaced, then all start again.',
    `  - to go on, confirm it: pulumi config set pulse:allowOutage ${subnet}`,
    `  - to keep the network: pulumi config set pulse:subnet ${deployed.subnet}; ` +
      `pulumi config set pulse:gateway ${deployed.gateway}`,
  ].join('\n');
}
