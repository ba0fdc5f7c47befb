import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';

import { timed } from './timed.ts';

const shortestPauseMs = 100;
/**
 * How long a test waits for what it expects. No speed is asserted: on a busy machine everything
 * takes longer, and a test that passes has not waited for the end of this time.
 */
const patienceMs = 10 * 60_000;

/**
 * Waits until a condition holds: until it returns anything but `false` and does not throw, as an
 * expectation does that is not met yet. It is tried at least once, and to its end. The pause after
 * a try is twice as long as the try: asking takes a third of a processor at most.
 *
 * @param what what is waited for, as it stands in the message of a failure
 * @returns what the condition returned
 * @throws when time is up, with what is waited for and the condition's last error
 */
export function eventually<T>(
  what: string,
  condition: () => T | Promise<T>,
  limitMs = patienceMs,
): Promise<Exclude<T, false>> {
  return timed(`eventually: ${what}`, () => tryUntil(what, condition, limitMs));
}

async function tryUntil<T>(
  what: string,
  condition: () => T | Promise<T>,
  limitMs: number,
): Promise<Exclude<T, false>> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    const triedAt = performance.now();
    let lastError: unknown;
    try {
      const result = await condition();
      if (result !== false) return result as Exclude<T, false>;
    } catch (error) {
      lastError = error;
    }
    if (performance.now() > deadline) throw notInTime(what, limitMs, lastError);
    await sleep(Math.max(shortestPauseMs, 2 * (performance.now() - triedAt)));
  }
}

function notInTime(what: string, limitMs: number, lastError: unknown): Error {
  const message = `${what}: not within ${limitMs / 1_000} s`;
  if (lastError === undefined) return new Error(message);
  const reason = lastError instanceof Error ? lastError.message : inspect(lastError);
  return new Error(`${message}; the last try: ${reason}`, { cause: lastError });
}
