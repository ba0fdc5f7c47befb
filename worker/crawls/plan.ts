const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
/** Webhooks may be on their way while the crawl ends, and a page may be tried once more. */
const askedAfterEndMs = [30 * second, 5 * minute, hour];
/** A running crawl is asked about when it has been silent for so long. */
export const silentMs = 10 * minute;
/** How long a sender that says nothing new is asked. */
const patienceMs = hour;
/** Firecrawl forgets a crawl after a day. */
const keptMs = 24 * hour;

export interface Asked {
  /** Undefined while it is running. */
  readonly sinceEndMs: number | undefined;
  /** Since something of the crawl last came in, or its sender last said something new. */
  readonly sinceChangeMs: number;
  /** False where the sender could not be asked. */
  readonly isAnswered: boolean;
  /** How long the sender wants to be left alone. */
  readonly retryAfterMs: number;
}

/**
 * @returns in how many milliseconds the sender of a crawl that is not complete is asked again;
 *   undefined for never
 */
export function planNext({
  sinceEndMs,
  sinceChangeMs,
  isAnswered,
  retryAfterMs,
}: Asked): number | undefined {
  const ageMs = sinceEndMs ?? sinceChangeMs;
  if (ageMs < patienceMs) {
    const next = sinceEndMs === undefined ? silentMs : findNextAfterEnd(sinceEndMs);
    return Math.max(next, retryAfterMs);
  }
  const hasHope = isAnswered ? sinceChangeMs < patienceMs : ageMs < keptMs;
  return hasHope ? Math.max(patienceMs, retryAfterMs) : undefined;
}

function findNextAfterEnd(sinceEndMs: number): number {
  const due = askedAfterEndMs.find((afterMs) => afterMs > sinceEndMs);
  return due === undefined ? patienceMs : due - sinceEndMs;
}
