import { setTimeout as delay } from 'node:timers/promises';

import { takeSnapshot } from '../operator/snapshot.ts';
import { explainStandstill } from '../operator/why.ts';
import type { Services } from '../services.ts';
import { progress } from './progress.ts';

const lookEveryMs = 250;
/**
 * When nothing was done for as long, it may be that nothing will be for hours: then the person
 * hears why, and has their prompt back.
 */
const patienceMs = 15_000;

export interface Followed {
  readonly left: number;
  /** Why the rest waits; undefined when nothing is left. */
  readonly why: string | undefined;
}

/** Shows how many are done until all are, or until nothing moves: what is left is done by itself. */
export async function follow(
  services: Services,
  what: string,
  total: number,
  leftNow: () => Promise<number>,
): Promise<Followed> {
  const shown = progress(what, total);
  let left = total;
  let movedAtMs = performance.now();
  try {
    for (;;) {
      const now = await leftNow();
      if (now !== left) movedAtMs = performance.now();
      left = now;
      shown.tell(total - left);
      if (left === 0) return { left, why: undefined };
      if (performance.now() - movedAtMs > patienceMs) {
        const { moving, reason } = explainStandstill(await takeSnapshot(services));
        if (!moving) return { left, why: reason };
        movedAtMs = performance.now();
      }
      await delay(lookEveryMs);
    }
  } finally {
    shown.end();
  }
}
