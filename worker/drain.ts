import type { Logger } from './logs.ts';

/** One thing to stop, and how long it may take. */
export interface Stop {
  readonly name: string;
  readonly deadlineMs: number;
  readonly stop: () => unknown;
}

/**
 * Stops one after the other, to the end: what throws or hangs is told and does not keep the rest
 * from stopping. True when all went well.
 */
export async function stopAll(stops: readonly Stop[], log: Logger): Promise<boolean> {
  let well = true;
  for (const { name, stop, deadlineMs } of stops) {
    try {
      if (await Promise.race([Promise.resolve(stop()).then(() => true), waitMs(deadlineMs)]))
        continue;
      log.info({ step: name }, 'not stopped in time');
    } catch (error) {
      log.info({ err: error, step: name }, 'not stopped well');
    }
    well = false;
  }
  return well;
}

export function waitMs(milliseconds: number): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), milliseconds).unref();
  });
}
