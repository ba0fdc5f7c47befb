import { randomInt } from 'node:crypto';
import { networkInterfaces } from 'node:os';

import { holdName } from '../harness/reserve-port.ts';

/**
 * The first three numbers of a free /24. No other call gets them as long as this process runs, in
 * whichever test process of this machine.
 */
export function freeSubnet(): string {
  for (;;) {
    const subnet = `10.225.${randomInt(256)}`;
    const isUsed = Object.values(networkInterfaces())
      .flat()
      .some((one) => one?.address.startsWith(`${subnet}.`));
    if (!isUsed && holdName(`subnet-${subnet}`)) return subnet;
  }
}
