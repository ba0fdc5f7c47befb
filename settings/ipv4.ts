/** Arithmetic on IPv4 addresses and networks, both as text: `172.24.0.1`, `172.24.0.0/16`. */

/** The first address of a network: `172.24.3.1/16` -> `172.24.0.0`. */
export function networkAddress(network: string): string {
  return addressOf(rangeOf(network).first);
}

/** The last address of a network: `172.24.0.0/16` -> `172.24.255.255`. */
export function broadcastAddress(network: string): string {
  return addressOf(rangeOf(network).last);
}

/** An address of a network by its place in it: `172.24.0.0/16`, 1 -> `172.24.0.1`. */
export function addressIn(network: string, place: number): string {
  return addressOf(rangeOf(network).first + place);
}

/** Whether two networks have an address in common. */
export function networksOverlap(one: string, other: string): boolean {
  const [left, right] = [rangeOf(one), rangeOf(other)];
  return left.first <= right.last && right.first <= left.last;
}

/** As an address to publish on: every address of the host, whatever networks it is in. */
export const everyAddress = '0.0.0.0';

/** Loopback, private networks, link-local, and what carriers and Tailscale share (RFC 6598). */
const notPublic = [
  '127.0.0.0/8',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '169.254.0.0/16',
  '100.64.0.0/10',
];

/** Whether an address can be reached from the internet, when routers and firewalls let it. */
export function isPublicAddress(address: string): boolean {
  return !notPublic.some((network) => networksOverlap(network, `${address}/32`));
}

function rangeOf(network: string): { first: number; last: number } {
  const [address = '', bits = '32'] = network.split('/');
  const size = 2 ** (32 - Number(bits));
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const first = number - (number % size);
  return { first, last: first + size - 1 };
}

function addressOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');
}
