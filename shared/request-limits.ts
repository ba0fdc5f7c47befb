import { setTimeout as delay } from 'node:timers/promises';

/**
 * Before a request is sent again that was refused because there were too many. Together longer than
 * a second: a limit may be one request a second.
 */
export const pausesMs: readonly number[] = [400, 1_200];
/** What asks for a longer one is left to the caller, which waits as for an outage. */
export const longestPauseMs = 2_000;
/** What a limit of requests answers: 429, or 503 as nginx does where it is told no other. */
export const overLimit: readonly number[] = [429, 503];

/**
 * Sends a request, and again after a pause where a server, or a proxy in front of it, has had too
 * many of them. One check is several requests: a limit that takes only few at once would fail it
 * each time.
 *
 * @returns the last answer, whatever it is
 */
export async function fetchWithinLimit(url: URL, request: RequestInit): Promise<Response> {
  const { signal } = request;
  for (const shortestMs of pausesMs) {
    const response = await fetch(url, request);
    const askedMs = readRetryAfterMs(response.headers.get('retry-after'));
    if (!overLimit.includes(response.status) || askedMs > longestPauseMs) return response;
    await response.body?.cancel();
    await pause(Math.max(askedMs, shortestMs), signal ?? undefined);
  }
  return fetch(url, request);
}

/** Up to a quarter longer, so that callers that were refused together do not come back together. */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  await delay(ms * (1 + Math.random() / 4), undefined, signal === undefined ? {} : { signal });
}

/**
 * @param text of the header Retry-After: seconds, or a date
 * @returns 0 where there is none, or none that can be read
 */
export function readRetryAfterMs(text: string | null): number {
  const written = text ?? '';
  const wanted = /^\d+$/.test(written) ? Number(written) * 1_000 : Date.parse(written) - Date.now();
  return Number.isNaN(wanted) ? 0 : Math.max(wanted, 0);
}
