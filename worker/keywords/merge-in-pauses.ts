import { setTimeout as sleep } from 'node:timers/promises';

import { PulseError } from '../errors.ts';
import type { Logger } from '../logs.ts';
import type { Keywords } from './keywords.ts';

/** So long no document has come in: a crawl that goes on is not held up. */
const pauseMs = 10_000;

/**
 * Merges the segments of the keyword index whenever this process has not written for some time:
 * each write adds one, and every search reads them all. 50,000 chunks have 23 of them when they
 * have come in; merged to two, which takes a second, a search takes a fifth less time. Done after
 * each pause it takes as long for each chunk, whether many or few have come in.
 *
 * @param signal ends it
 */
export async function mergeInPauses(
  { keywords, log }: { readonly keywords: Keywords; readonly log: Logger },
  signal: AbortSignal,
  afterMs = pauseMs,
): Promise<void> {
  let merged: number | undefined;
  for (let before = keywords.writes; !signal.aborted; before = keywords.writes) {
    await sleep(afterMs, undefined, { signal, ref: false }).catch(() => undefined);
    const isPause = keywords.writes === before;
    if (!isPause || before === merged) continue;
    merged = before;
    await mergeAll(keywords, signal).catch((error: unknown) => {
      if (signal.aborted) return;
      if (!(error instanceof PulseError)) throw error;
      log.info(
        { err: error },
        'the keyword index was not merged; it is tried after the next write',
      );
    });
  }
}

/** Stops at the next write. */
async function mergeAll(keywords: Keywords, signal: AbortSignal): Promise<void> {
  const { writes } = keywords;
  while (!signal.aborted && keywords.writes === writes && (await keywords.merge()));
}
