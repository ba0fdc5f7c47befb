import type { Pool } from 'pg';

import { ask } from '../postgres/connection.ts';
import type { Statement } from '../postgres/connection.ts';

export interface LeaseDependencies {
  readonly pool: Pool;
  /** Name of this process among the replicas. */
  readonly worker: string;
  /** How long a replica that vanished keeps the others from a task. */
  readonly leaseMs?: number;
}

/** What came of a task. */
export interface TaskOutcome {
  readonly result: object | null;
  /** Why it failed; null when it did not. */
  readonly problem: string | null;
}

/** A task that no other replica works on until the lease ends. */
export interface Lease {
  /** Aborted when it has run out, because Postgres is away, or is another's. */
  readonly signal: AbortSignal;
  /**
   * Keeps what came of the task, and ends the lease.
   *
   * @param nextMs until it is due again; infinite for a task that is only done on request
   */
  finish(outcome: TaskOutcome, nextMs: number): Promise<void>;
  /** Ends the lease. What was due is still due. */
  release(): Promise<void>;
}

const usualLeaseMs = 60_000;
const renewalsPerLease = 4;

const dueIn = (parameter: string): string =>
  `coalesce(now() + make_interval(secs => ${parameter}::float8 / 1000), 'infinity')`;

/**
 * Parameters: task, holder, milliseconds of the lease, whether it has to be due. Returns no row
 * when it is not, or when another holds it.
 */
const take: Statement = {
  name: 'take-lease',
  text: `
    INSERT INTO scheduled_tasks AS known (name, holder, leased_until)
    VALUES ($1, $2, now() + make_interval(secs => $3::float8 / 1000))
    ON CONFLICT (name) DO UPDATE
      SET holder = excluded.holder, leased_until = excluded.leased_until
      WHERE known.leased_until <= now() AND (known.due_at <= now() OR NOT $4)
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

/**
 * Parameters: task, holder, milliseconds it took, result, problem, milliseconds to the next run or
 * null for none.
 */
const finish: Statement = {
  name: 'finish-task',
  text: `
    UPDATE scheduled_tasks
    SET leased_until = now(), ran_at = now(), took_ms = $3, result = $4, problem = $5,
      due_at = ${dueIn('$6')}
    WHERE name = $1 AND holder = $2`,
};

/** Parameters: task, holder. Another replica may take it at once. */
const release: Statement = {
  name: 'release-lease',
  text: 'UPDATE scheduled_tasks SET leased_until = now() WHERE name = $1 AND holder = $2',
};

/** Parameters: task, milliseconds to its first run or null for none. */
const introduce = `
  INSERT INTO scheduled_tasks AS known (name, holder, leased_until, due_at)
  VALUES ($1, '', now(), ${dueIn('$2')})
  ON CONFLICT (name) DO UPDATE
    SET due_at = CASE WHEN $2 IS NULL THEN excluded.due_at
      ELSE least(known.due_at, excluded.due_at) END`;

/**
 * Makes a task due after this time at the latest, and not at once where it is new. What is known of
 * its last run stays.
 *
 * @param nextMs infinite for a task that is only done on request
 */
export async function introduceTask(pool: Pool, name: string, nextMs: number): Promise<void> {
  await ask(pool, introduce, [name, finiteOrNull(nextMs)]);
}

/**
 * Takes the lease of a task.
 *
 * @param name of the task, a row in `scheduled_tasks`
 * @param when `due`: only if it is time for it
 * @returns undefined when another replica holds it, or it is not due
 */
export async function takeLease(
  { pool, worker, leaseMs = usualLeaseMs }: LeaseDependencies,
  name: string,
  when: 'due' | 'now',
): Promise<Lease | undefined> {
  const holder = [name, worker];
  const askedMs = performance.now();
  const taken = await ask(pool, take, [...holder, leaseMs, when === 'due']);
  if (taken.length === 0) return undefined;
  const lost = new AbortController();
  const stopRenewing = keepLease({ pool, holder, leaseMs }, askedMs, lost);
  return {
    signal: lost.signal,
    finish: async ({ result, problem }, nextMs) => {
      stopRenewing();
      const tookMs = Math.round(performance.now() - askedMs);
      await ask(pool, finish, [...holder, tookMs, result, problem, finiteOrNull(nextMs)]);
    },
    release: async () => {
      stopRenewing();
      await ask(pool, release, holder);
    },
  };
}

interface Held {
  readonly pool: Pool;
  /** The task and who holds it. */
  readonly holder: readonly string[];
  readonly leaseMs: number;
}

/**
 * @param takenMs when the lease was asked for: it runs out no earlier than a lease after that
 * @param lost aborted at that time, unless the lease was renewed, and when it is another's
 * @returns ends it
 */
function keepLease(
  { pool, holder, leaseMs }: Held,
  takenMs: number,
  lost: AbortController,
): () => void {
  const lose = (): void => lost.abort(new Error('the lease has run out'));
  const loseAt = (ms: number) => setTimeout(lose, Math.max(0, ms - performance.now()));
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
  const timer = setInterval(() => void tick(), leaseMs / renewalsPerLease);
  return () => {
    hasEnded = true;
    clearInterval(timer);
    clearTimeout(end);
  };
}

function finiteOrNull(milliseconds: number): number | null {
  return Number.isFinite(milliseconds) ? milliseconds : null;
}
