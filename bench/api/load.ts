import { setTimeout as pause } from 'node:timers/promises';

import { TimeRecorder } from './times.ts';
import type { Times } from './times.ts';

/** Requests that are due are sent this often. */
const tickMs = 5;

export interface LoadOptions {
  readonly perSecond: number;
  readonly seconds: number;
  /** Sends the request of this number. @returns its outcome, such as `202` or `ECONNRESET` */
  readonly send: (number: number) => Promise<string>;
}

/** Times count from the moment at which a request was due to its answer. */
export interface Load extends Times {
  readonly sent: number;
  /** How many requests had each outcome. */
  readonly outcomes: Readonly<Record<string, number>>;
}

/**
 * Sends requests at a fixed rate, whether earlier ones were answered or not, as programs that do
 * not know of each other would. A server that falls behind is seen as growing times.
 */
export async function sendAtRate({ perSecond, seconds, send }: LoadOptions): Promise<Load> {
  const times = new TimeRecorder();
  const outcomes: Record<string, number> = {};
  const total = perSecond * seconds;
  const inHand = new Set<Promise<void>>();
  const began = performance.now();
  const sendOne = async (number: number): Promise<void> => {
    const due = began + (number / perSecond) * 1000;
    const outcome = await send(number);
    times.record(performance.now() - due);
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
  };
  for (let sent = 0; sent < total; await pause(tickMs)) {
    const due = Math.min(total, Math.floor(((performance.now() - began) / 1000) * perSecond) + 1);
    for (; sent < due; sent += 1) {
      const request = sendOne(sent).finally(() => inHand.delete(request));
      inHand.add(request);
    }
  }
  await Promise.all(inHand);
  return { sent: total, outcomes, ...times.summarize() };
}
