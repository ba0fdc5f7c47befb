import { BlockList, isIP } from 'node:net';

/**
 * Whether a text is an address, IPv4 or IPv6, or a network such as `10.0.0.0/8`.
 *
 * @param leastBits a network with a shorter prefix is none that is taken
 */
export function isAddressOrNetwork(text: string, leastBits = 0): boolean {
  const [address = '', prefix, ...rest] = text.split('/');
  const family = isIP(address);
  if (family === 0 || rest.length > 0) return false;
  if (prefix === undefined) return true;
  if (!/^\d+$/.test(prefix) || Number(prefix) < leastBits) return false;
  try {
    new BlockList().addSubnet(address, Number(prefix), family === 4 ? 'ipv4' : 'ipv6');
    return true;
  } catch {
    return false; // the prefix is longer than an address
  }
}

/**
 * @param networks and addresses, such as `10.0.0.0/8`
 * @returns whether an address is one of them
 */
export function matchNetworks(networks: readonly string[]): (address: string) => boolean {
  const list = new BlockList();
  for (const one of networks) {
    const [address = '', bits] = one.split('/');
    if (bits === undefined) list.addAddress(address, familyOf(address));
    else list.addSubnet(address, Number(bits), familyOf(address));
  }
  return (address) => list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
