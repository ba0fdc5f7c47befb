import { setTimeout as delay } from 'node:timers/promises';

import { takeSnapshot } from '../operator/snapshot.ts';
import { explainStandstill } from '../operator/why.ts';
import type { Services } from '../services.ts';
import type { Context } from './command.ts';
import { Remaining } from './remaining.ts';
import type { CountRemaining } from './remaining.ts';

const lookEveryMs = 250;
/**
 * When nothing was done for this long, it may be that nothing will be for hours: then the user is
 * told why, and gets the prompt back.
 */
const patienceMs = 15_000;

export interface Followed {
  readonly left: number;
  /** Why the rest waits; undefined when nothing is left. */
  readonly why: string | undefined;
}

/**
 * Shows how many documents are done until all are, or until nothing moves: the workers do the rest
 * without it.
 *
 * @param what is counted, such as `documents indexed`
 * @param count how many of these documents are not done
 */
export async function follow(
  { services, startProgress }: Context,
  what: string,
  documentIds: readonly string[],
  count: CountRemaining,
): Promise<Followed> {
  const total = documentIds.length;
  const remaining = new Remaining(documentIds, count);
  const progress = startProgress(what);
  let left = total;
  let movedAtMs = performance.now();
  try {
    for (;;) {
      const before = left;
      left = await remaining.look();
      progress.update({ done: total - left, total });
      if (left === 0) return { left, why: undefined };
      if (left !== before) movedAtMs = performance.now();
      if (performance.now() - movedAtMs > patienceMs) {
        const why = await findStandstill(services);
        if (why !== undefined) return await endEarly(remaining, why);
        movedAtMs = performance.now();
      }
      await delay(lookEveryMs);
    }
  } finally {
    progress.end();
  }
}

/** @returns why nothing moves; undefined when something does */
async function findStandstill(services: Services): Promise<string | undefined> {
  const { moving, reason } = explainStandstill(await takeSnapshot(services));
  return moving ? undefined : reason;
}

async function endEarly(remaining: Remaining, why: string): Promise<Followed> {
  const left = await remaining.lookAtAll();
  return { left, why: left === 0 ? undefined : why };
}
