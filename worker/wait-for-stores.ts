import { setTimeout as delay } from 'node:timers/promises';

import type { Pool } from 'pg';

import { PulseError } from './errors.ts';
import type { Logger } from './logs.ts';
import { migrate } from './postgres/migrate.ts';
import { requireSessions } from './postgres/sessions.ts';
import type { Queues } from './queue/queues.ts';

const retryMs = 1_000;

export interface StoreDependencies {
  readonly pool: Pool;
  readonly queues: Queues;
  readonly log: Logger;
}

/**
 * Waits until Postgres and Redis answer, because after a reboot nothing starts in order. Then
 * brings the schema of Postgres up to date.
 *
 * @throws PulseError POSTGRES_SCHEMA, when the schema is newer; the signal's reason, when aborted
 */
export async function waitForStores(
  { pool, queues, log }: StoreDependencies,
  signal: AbortSignal,
): Promise<void> {
  const prepare = async (): Promise<void> => {
    await queues.requireWrites();
    await preparePostgres(pool);
  };
  await repeatUntilDone(prepare, 'waiting for Postgres and Redis', log, signal);
}

/**
 * As {@link waitForStores}, for a process that works without Redis.
 *
 * @param onAway called each time that Postgres did not answer
 */
export async function waitForPostgres(
  { pool, log }: Omit<StoreDependencies, 'queues'>,
  signal: AbortSignal,
  onAway: () => void,
): Promise<void> {
  await repeatUntilDone(() => preparePostgres(pool), 'waiting for Postgres', log, signal, onAway);
}

async function preparePostgres(pool: Pool): Promise<void> {
  await requireSessions(pool);
  await migrate(pool);
}

async function repeatUntilDone(
  prepare: () => Promise<void>,
  what: string,
  log: Logger,
  signal: AbortSignal,
  onAway?: () => void,
): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    try {
      await prepare();
      return;
    } catch (error) {
      if (error instanceof PulseError && error.kind === 'final') throw error;
      log.warn({ err: error }, what);
      onAway?.();
      await delay(retryMs, undefined, { signal });
    }
  }
}
