import { setTimeout as sleep } from 'node:timers/promises';

import type { Code } from '../../shared/codes.ts';
import { describeError, PulseError } from '../errors.ts';
import type { Logger } from '../logs.ts';
import { introduceTask, takeLease } from '../records/leases.ts';
import type { Lease, LeaseDependencies, TaskOutcome } from '../records/leases.ts';

/** What runs by the clock. */
export interface ScheduledTask {
  /** One word of what it does: it names the task in the database and in logs. */
  readonly name: string;
  /**
   * From the end of one run to the begin of the next, in whichever replica. Infinite for a task
   * that is only done on request.
   */
  readonly everyMs: number;
  /** Whether a stack that never had it runs it only after `everyMs`, and not at once. */
  readonly startsLater?: boolean;
  /**
   * Does the work once.
   *
   * @param signal aborted when the process stops or another replica may have taken over
   * @returns what came of it, which is kept
   * @throws FailedTask when something has to be kept of a run that failed
   */
  run(signal: AbortSignal): Promise<Readonly<Record<string, unknown>>>;
}

/** A task failed, and what it found is kept all the same. */
export class FailedTask extends PulseError {
  readonly result: Readonly<Record<string, unknown>>;

  constructor(code: Code, message: string, result: Readonly<Record<string, unknown>>) {
    super(code, 'retryable', message);
    this.result = result;
  }
}

export interface ScheduleDependencies extends LeaseDependencies {
  readonly log: Logger;
  /** How often each replica looks whether something is due. */
  readonly lookEveryMs?: number;
}

const usualLookEveryMs = 5_000;
const retryAfterMs = 300_000;

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
  const introduced = new Set<string>();
  while (!signal.aborted) {
    for (const task of tasks) {
      if (isBusy.has(task.name)) continue;
      isBusy.add(task.name);
      const run = runWhenDue(dependencies, task, introduced, signal).finally(() => {
        isBusy.delete(task.name);
        running.delete(run);
      });
      running.add(run);
    }
    await sleep(dependencies.lookEveryMs ?? usualLookEveryMs, undefined, { signal }).catch(
      () => undefined,
    );
  }
  await Promise.all(running);
}

async function runWhenDue(
  dependencies: ScheduleDependencies,
  task: ScheduledTask,
  introduced: Set<string>,
  stopping: AbortSignal,
): Promise<void> {
  const { pool, log } = dependencies;
  try {
    if (task.startsLater && !introduced.has(task.name)) {
      await introduceTask(pool, task.name, task.everyMs);
      introduced.add(task.name);
    }
    const lease = await takeLease(dependencies, task.name, 'due');
    if (lease !== undefined) await runTask(task, lease, log, stopping);
  } catch (error) {
    // Postgres is away: the lease runs out by itself.
    log.info({ err: error, task: task.name }, 'a scheduled task waits for Postgres');
  }
}

/** Runs a task under its lease, and ends the lease. The task is told when the lease has run out. */
async function runTask(
  task: ScheduledTask,
  lease: Lease,
  log: Logger,
  stopping: AbortSignal,
): Promise<void> {
  const { result, problem, code } = await runOnce(task, lease.signal, stopping);
  if (problem !== null && stopping.aborted) return lease.release();
  if (problem !== null) log.warn({ task: task.name, problem, code }, 'a scheduled task failed');
  const nextMs = problem === null ? task.everyMs : Math.min(task.everyMs, retryAfterMs);
  return lease.finish({ result, problem }, nextMs);
}

async function runOnce(
  task: ScheduledTask,
  lost: AbortSignal,
  stopping: AbortSignal,
): Promise<TaskOutcome & { readonly code?: Code }> {
  try {
    const result = await task.run(AbortSignal.any([stopping, lost]));
    return { result, problem: null };
  } catch (error) {
    const code = error instanceof PulseError ? error.code : 'SCHEDULE_FAILED';
    const result = error instanceof FailedTask ? error.result : null;
    return { result, problem: describeError(error), code };
  }
}
