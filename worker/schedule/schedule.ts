import { setTimeout as sleep } from 'node:timers/promises';

import type { Pool } from 'pg';

import { describeError } from '../errors.ts';
import type { Logger } from '../logs.ts';
import { ask } from '../postgres/connection.ts';
import type { Statement } from '../postgres/connection.ts';

/** What runs by the clock. */
export interface ScheduledTask {
  /** One word of what it does: it names the task in the database and in logs. */
  readonly name: string;
  /** From the end of one run to the begin of the next, in whichever replica. */
  readonly everyMs: number;
  /**
   * Does the work once.
   *
   * @param signal aborted when the process stops or another replica may have taken over
   * @returns what came of it, which is kept
   */
  run(signal: AbortSignal): Promise<Readonly<Record<string, unknown>>>;
}

export interface ScheduleDependencies {
  readonly pool: Pool;
  readonly log: Logger;
  /** Name of this process among the replicas. */
  readonly worker: string;
}

/** How long a replica that vanished keeps the others from a task. */
const leaseMs = 60_000;
const renewEveryMs = leaseMs / 4;
/** How often each replica looks whether something is due. */
const lookEveryMs = 5_000;
const retryAfterMs = 300_000;

/** Parameters: task, holder, milliseconds of the lease. Returns no row when it is not due. */
const take: Statement = {
  name: 'take-lease',
  text: `
    INSERT INTO scheduled_tasks AS known (name, holder, leased_until)
    VALUES ($1, $2, now() + make_interval(secs => $3::float8 / 1000))
    ON CONFLICT (name) DO UPDATE
      SET holder = excluded.holder, leased_until = excluded.leased_until
      WHERE known.leased_until <= now() AND known.due_at <= now()
    RETURNING name`,
};

/** Parameters: task, holder, milliseconds. Returns no row when the lease is another's. */
const renew: Statement = {
  name: 'renew-lease',
  text: `
    UPDATE scheduled_tasks SET leased_until = now() + make_interval(secs => $3::float8 / 1000)
    WHERE name = $1 AND holder = $2 AND leased_until > now()
    RETURNING name`,
};

/** Parameters: task, holder, milliseconds it took, result, problem, milliseconds to the next run. */
const finish: Statement = {
  name: 'finish-task',
  text: `
    UPDATE scheduled_tasks
    SET leased_until = now(), ran_at = now(), took_ms = $3, result = $4, problem = $5,
      due_at = now() + make_interval(secs => $6::float8 / 1000)
    WHERE name = $1 AND holder = $2`,
};

/** Parameters: task, holder. Another replica may take it at once. */
const release: Statement = {
  name: 'release-lease',
  text: 'UPDATE scheduled_tasks SET leased_until = now() WHERE name = $1 AND holder = $2',
};

/**
 * Runs tasks by the clock, each in one replica at a time, until the signal is aborted. A task that
 * fails says why, in the log and in its row, and runs again after five minutes at the latest.
 */
export async function runSchedule(
  dependencies: ScheduleDependencies,
  tasks: readonly ScheduledTask[],
  signal: AbortSignal,
): Promise<void> {
  const isBusy = new Set<string>();
  const running = new Set<Promise<void>>();
  while (!signal.aborted) {
    for (const task of tasks) {
      if (isBusy.has(task.name)) continue;
      isBusy.add(task.name);
      const run = runWhenDue(dependencies, task, signal).finally(() => {
        isBusy.delete(task.name);
        running.delete(run);
      });
      running.add(run);
    }
    await sleep(lookEveryMs, undefined, { signal }).catch(() => undefined);
  }
  await Promise.all(running);
}

async function runWhenDue(
  dependencies: ScheduleDependencies,
  task: ScheduledTask,
  stopping: AbortSignal,
): Promise<void> {
  const { pool, log, worker } = dependencies;
  const holder = [task.name, worker];
  try {
    const askedMs = performance.now();
    const taken = await ask(pool, take, [...holder, leaseMs]);
    if (taken.length === 0) return;
    const { result, problem } = await runOnce(pool, task, holder, askedMs, stopping);
    if (problem !== null && stopping.aborted) {
      await ask(pool, release, holder);
      return;
    }
    if (problem !== null)
      log.warn({ task: task.name, problem, code: 'SCHEDULE_FAILED' }, 'a scheduled task failed');
    const tookMs = Math.round(performance.now() - askedMs);
    const nextMs = problem === null ? task.everyMs : Math.min(task.everyMs, retryAfterMs);
    await ask(pool, finish, [...holder, tookMs, result, problem, nextMs]);
  } catch (error) {
    // Postgres is away: the lease runs out by itself.
    log.info({ err: error, task: task.name }, 'a scheduled task waits for Postgres');
  }
}

/** Runs a task under its lease. It is told at once when the lease has run out. */
async function runOnce(
  pool: Pool,
  task: ScheduledTask,
  holder: readonly string[],
  takenMs: number,
  stopping: AbortSignal,
): Promise<{ result: object | null; problem: string | null }> {
  const lost = new AbortController();
  const stopRenewing = keepLease(pool, holder, takenMs, lost);
  try {
    const result = await task.run(AbortSignal.any([stopping, lost.signal]));
    return { result, problem: null };
  } catch (error) {
    return { result: null, problem: describeError(error) };
  } finally {
    stopRenewing();
  }
}

/**
 * @param takenMs when the lease was asked for: it runs out no earlier than a lease after that
 * @param lost aborted at that time, unless the lease was renewed, and when it is another's
 * @returns ends it
 */
function keepLease(
  pool: Pool,
  holder: readonly string[],
  takenMs: number,
  lost: AbortController,
): () => void {
  const lose = (): void => lost.abort(new Error('the lease has run out'));
  const loseAt = (ms: number) => setTimeout(lose, ms - performance.now());
  let end = loseAt(takenMs + leaseMs);
  let hasEnded = false;
  const tick = async (): Promise<void> => {
    const askedMs = performance.now();
    const renewed = await ask(pool, renew, [...holder, leaseMs]).catch(() => undefined);
    if (renewed === undefined || hasEnded) return;
    if (renewed.length === 0) return lose();
    clearTimeout(end);
    end = loseAt(askedMs + leaseMs);
  };
  const timer = setInterval(() => void tick(), renewEveryMs);
  return () => {
    hasEnded = true;
    clearInterval(timer);
    clearTimeout(end);
  };
}
