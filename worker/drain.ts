import type { Logger } from './logs.ts';

/** One thing to stop, and how long it may take. */
export interface Stop {
  readonly name: string;
  readonly deadlineMs: number;
  readonly stop: () => unknown;
}

/**
 * Stops one thing after the other. One that throws or hangs is logged, and the rest is still
 * stopped.
 *
 * @returns whether all stopped in time and without an error
 */
export async function stopAll(stops: readonly Stop[], log: Logger): Promise<boolean> {
  let allStopped = true;
  for (const { name, stop, deadlineMs } of stops) {
    try {
      const stopped = Promise.resolve(stop()).then(() => true);
      if (await Promise.race([stopped, waitMs(deadlineMs)])) continue;
      log.info({ step: name }, 'not stopped in time');
    } catch (error) {
      log.info({ err: error, step: name }, 'not stopped well');
    }
    allStopped = false;
  }
  return allStopped;
}

/**
 * Waits without keeping the process alive.
 *
 * @returns false: the other side of a race returns true
 */
export function waitMs(milliseconds: number): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), milliseconds).unref();
  });
}
