import type { Settings } from '../../../settings.ts';
import { everyAddress, isPublicAddress } from '../../../settings/ipv4.ts';
import type { Finding } from './finding.ts';

/**
 * Finds addresses of the settings on which strangers may reach the stack. A warning: a firewall may
 * be before it, which nobody sees from here. Docker's own rules pass by one on the same host.
 */
export function publicAddresses({
  stack,
  containers: { storeAddress },
  frontDoor: { address: apiHost, certificate },
}: Settings): Finding[] {
  const set = (key: string, text: string) =>
    `pulumi config set pulse:${key} ${text} --stack ${stack}`;
  const unencrypted = certificate === undefined ? ', and keys and documents go unencrypted' : '';
  return [
    ...(isOpen(storeAddress)
      ? [
          `pulse:storeAddress ${describe(storeAddress)}: whoever reaches it can try passwords of ` +
            `Postgres and Redis, and nothing there is encrypted. ${set('storeAddress', '127.0.0.1')}`,
        ]
      : []),
    ...(isOpen(apiHost)
      ? [
          `pulse:apiHost ${describe(apiHost)}: whoever reaches it can try keys of the ` +
            `API${unencrypted}. ${set('apiHost', '127.0.0.1')}, or an address of a private ` +
            'network; pulse:apiCertificate encrypts, pulse:hookPort opens hooks alone ' +
            '(docs/api.md, "From other machines")',
        ]
      : []),
  ].map((problem) => ({ code: 'HOST_PUBLIC', problem }));
}

function isOpen(address: string): boolean {
  return address === everyAddress || isPublicAddress(address);
}

function describe(address: string): string {
  return address === everyAddress
    ? `${address} is every address of this host`
    : `${address} is a public address`;
}
