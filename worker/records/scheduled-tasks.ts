import type { Pool } from 'pg';

import { ask } from '../postgres/connection.ts';

/** What runs by the clock, and what came of its last run. Its fields are JSON output. */
export interface ScheduledTaskRow {
  readonly task: string;
  /**
   * `overdue`: nobody has taken it for ten minutes since it was due. `off`: it runs only on
   * request.
   */
  readonly state: 'done' | 'running' | 'failed' | 'waiting' | 'overdue' | 'off';
  /** When the last run ended; null before the first. */
  readonly ranAt: Date | null;
  readonly tookMs: number | null;
  /** What the last run did, by kind; of one that failed, what it found all the same. */
  readonly result: Readonly<Record<string, unknown>> | null;
  /** Why the last run failed. */
  readonly problem: string | null;
  /** Null while it runs, and where no run is planned. */
  readonly nextAt: Date | null;
}

/** Forgets tasks that nobody has taken for a day since they were due: they are switched off. */
export async function forgetAbandonedTasks(pool: Pool): Promise<void> {
  await ask(
    pool,
    `DELETE FROM scheduled_tasks
     WHERE due_at < now() - interval '1 day' AND leased_until <= now()`,
  );
}

/** @returns every task that was ever due, by name */
export function readScheduledTasks(pool: Pool): Promise<ScheduledTaskRow[]> {
  return ask<ScheduledTaskRow>(pool, `${tasks} ORDER BY name`);
}

/** @returns undefined for a task that was never due */
export async function readScheduledTask(
  pool: Pool,
  name: string,
): Promise<ScheduledTaskRow | undefined> {
  const [row] = await ask<ScheduledTaskRow>(pool, `${tasks} WHERE name = $1`, [name]);
  return row;
}

const tasks = `
    SELECT name AS task, ran_at AS "ranAt", took_ms AS "tookMs", result, problem,
       CASE WHEN leased_until <= now() AND due_at < 'infinity' THEN due_at END AS "nextAt",
       CASE WHEN leased_until > now() THEN 'running'
         WHEN due_at = 'infinity' THEN 'off'
         WHEN due_at < now() - interval '10 minutes' THEN 'overdue'
         WHEN problem IS NOT NULL THEN 'failed'
         WHEN ran_at IS NULL THEN 'waiting'
         ELSE 'done' END AS state
     FROM scheduled_tasks`;
