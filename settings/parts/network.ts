/** The bridge network that the containers of a stack share. */
import { cidr, ipv4 } from '../kinds/addresses.ts';
import { certificateChain } from '../kinds/certificate.ts';
import { choice } from '../kinds/texts.ts';
import { setting } from '../setting.ts';

export const network = {
  subnet: setting({
    key: 'subnet',
    kind: cidr,
    default: '172.24.0.0/16',
    description: "address range of the stack's bridge network",
    example: '10.224.0.0/24',
  }),
  gateway: setting({
    key: 'gateway',
    kind: ipv4,
    default: '172.24.0.1',
    description: "the host's address on that network; inside `subnet`",
    example: '10.224.0.1',
  }),
  mode: setting({
    key: 'network',
    kind: choice('own', 'existing'),
    default: 'own',
    description:
      '`own`: the stack makes its network, and removes it; ' +
      '`existing`: one of this name is there already, the stack joins it and never removes it',
    example: 'existing',
  }),
  caCertificate: setting({
    key: 'caCertificate',
    kind: certificateChain,
    description:
      'certificate of an authority of your own, or several, that issued the certificates of TEI, ' +
      'Qdrant, a mirror or a store; trusted besides those that everybody trusts. A TEI of the ' +
      'stack does not get it: the mirror of its model needs a certificate that everybody trusts',
    example: 'ca.pem',
    env: 'WEBHOOK_CA_CERTIFICATE',
  }),
  allowOutage: setting({
    key: 'allowOutage',
    kind: cidr,
    description:
      'the new `subnet`: confirms that every container goes down while the network is replaced',
    example: '10.224.0.0/24',
  }),
};
