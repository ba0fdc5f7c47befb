import { setTimeout as pause } from 'node:timers/promises';

import { PulseError } from '../../worker/errors.ts';

/**
 * Asks a store until it answers: on a busy machine Postgres may not take a connection in the time
 * that the product waits for one.
 *
 * @throws every error that says something else than that a service is away
 */
export async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof PulseError) || error.kind !== 'away') throw error;
      await pause(100);
    }
  }
}
