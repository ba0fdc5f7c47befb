import { randomInt } from 'node:crypto';
import { networkInterfaces } from 'node:os';

const given = new Set<string>();

/**
 * The first three numbers of a free /24. Files that run at the same time do not get the same one:
 * each process takes from a quarter of its own.
 */
export function freeSubnet(): string {
  const subnet = `10.225.${64 * (Number(process.env['VITEST_POOL_ID'] ?? 0) % 4) + randomInt(64)}`;
  const taken =
    given.has(subnet) ||
    Object.values(networkInterfaces())
      .flat()
      .some((one) => one?.address.startsWith(`${subnet}.`));
  if (taken) return freeSubnet();
  given.add(subnet);
  return subnet;
}
