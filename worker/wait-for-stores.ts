import { setTimeout as delay } from 'node:timers/promises';

import type { Pool } from 'pg';

import { PulseError } from './errors.ts';
import type { Logger } from './logs.ts';
import { migrate } from './postgres/migrate.ts';
import type { Queues } from './queue/queues.ts';

const retryMs = 1_000;

/**
 * Waits until Postgres and Redis answer, because after a reboot nothing starts in order. Then
 * brings the schema of Postgres up to date.
 *
 * @throws PulseError POSTGRES_SCHEMA, when the schema is newer; the signal's reason, when aborted
 */
export async function waitForStores(
  { pool, queues, log }: { readonly pool: Pool; readonly queues: Queues; readonly log: Logger },
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      await queues.redis.ping();
      await migrate(pool);
      return;
    } catch (error) {
      if (error instanceof PulseError && error.kind === 'final') throw error;
      log.warn({ err: error }, 'waiting for Postgres and Redis');
      await delay(retryMs, undefined, { signal });
    }
  }
}
