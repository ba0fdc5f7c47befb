import { afterAll, beforeAll, expect, test } from 'vitest';

import { rejectOnAbort } from '../../../../shared/abort.ts';
import { takeLease } from '../../../../worker/records/leases.ts';
import { readScheduledTask } from '../../../../worker/records/scheduled-tasks.ts';
import { FailedTask, runSchedule } from '../../../../worker/schedule/schedule.ts';
import type { ScheduledTask } from '../../../../worker/schedule/schedule.ts';
import { eventually } from '../../../harness/eventually.ts';
import { openTestStack } from '../../../harness/test-stack.ts';
import type { TestStack } from '../../../harness/test-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await openTestStack();
});
afterAll(() => stack[Symbol.asyncDispose]());

/** A replica that looks often, and that is stopped at the end of its test. */
function startReplica(worker: string, task: ScheduledTask, leaseMs = 60_000) {
  const stopping = new AbortController();
  const timing = { leaseMs, lookEveryMs: 20 };
  const ended = runSchedule({ ...stack.services, worker, ...timing }, [task], stopping.signal);
  const stop = async (): Promise<void> => {
    stopping.abort(new Error('stop'));
    await ended;
  };
  return { stop, [Symbol.asyncDispose]: stop };
}

const readTask = async (name: string) =>
  (
    await stack.services.pool.query<Record<string, unknown>>(
      `SELECT holder, result, problem, leased_until > now() AS "isHeld",
         round(extract(epoch FROM due_at - now()) / 60)::int AS "nextMinutes"
       FROM scheduled_tasks WHERE name = $1`,
      [name],
    )
  ).rows[0];

test('a task runs in one replica at a time, again and again, in whichever', async () => {
  let [inHand, most, runs] = [0, 0, 0];
  const task: ScheduledTask = {
    name: 'in-turn',
    everyMs: 0,
    run: async () => {
      most = Math.max(most, (inHand += 1));
      await stack.services.pool.query('SELECT pg_sleep(0.01)');
      inHand -= 1;
      return { runs: (runs += 1) };
    },
  };
  await using _one = startReplica('one', task);
  await using _other = startReplica('other', task);
  await eventually('ten runs', () => expect(runs).toBeGreaterThanOrEqual(10));
  expect(most).toBe(1);
  expect(await readTask('in-turn')).toMatchObject({ result: { runs: expect.any(Number) } });
});

test('a task that is stopped in the middle is free for the next replica at once', async () => {
  const started = Promise.withResolvers<void>();
  const untilStopped: ScheduledTask = {
    name: 'stopped',
    everyMs: 3_600_000,
    run: (signal) => {
      started.resolve();
      return rejectOnAbort(signal);
    },
  };
  const first = startReplica('first', untilStopped);
  await started.promise;
  await first.stop();
  expect(await readTask('stopped')).toMatchObject({
    holder: 'first',
    isHeld: false,
    problem: null,
  });
  await using _second = startReplica('second', { ...untilStopped, run: async () => ({ ok: 1 }) });
  await eventually('a run elsewhere', async () =>
    expect(await readTask('stopped')).toMatchObject({ holder: 'second', result: { ok: 1 } }),
  );
});

test('a task that fails says why, and is due again in five minutes at the latest', async () => {
  const failing: ScheduledTask = {
    name: 'failing',
    everyMs: 86_400_000,
    run: async () => {
      throw new Error('the granite is too hard');
    },
  };
  await using _replica = startReplica('one', failing);
  await eventually('a problem', async () =>
    expect(await readTask('failing')).toMatchObject({
      problem: 'the granite is too hard',
      result: null,
      isHeld: false,
      nextMinutes: 5,
    }),
  );
});

test('a task that fails keeps what it found', async () => {
  const failing: ScheduledTask = {
    name: 'failing-with-findings',
    everyMs: 60_000,
    run: async () => {
      throw new FailedTask('CANARY_NOT_FOUND', 'no granite', { hops: ['submit'] });
    },
  };
  await using _replica = startReplica('one', failing);
  await eventually('what it found', async () =>
    expect(await readTask(failing.name)).toMatchObject({
      problem: 'no granite',
      result: { hops: ['submit'] },
      nextMinutes: 1,
    }),
  );
});

test('a task that starts later waits for its time, and one that is off for a request', async () => {
  let runs = 0;
  const run = async () => ({ runs: (runs += 1) });
  const later: ScheduledTask = { name: 'later', everyMs: 3_600_000, startsLater: true, run };
  const off: ScheduledTask = { ...later, name: 'off', everyMs: Infinity };
  await using _replicas = new AsyncDisposableStack();
  for (const task of [later, off]) _replicas.use(startReplica('one', task));
  await eventually('both tasks', async () => {
    expect(await readTask('later')).toMatchObject({ nextMinutes: 60, isHeld: false });
    expect((await readScheduledTask(stack.services.pool, 'off'))?.state).toBe('off');
  });
  // A stack that is told to do it more often does not wait for the time that was set.
  await using _sooner = startReplica('two', { ...later, everyMs: 60_000 });
  await eventually('a sooner time', async () =>
    expect(await readTask('later')).toMatchObject({ nextMinutes: 1 }),
  );
  const lease = await takeLease({ ...stack.services, worker: 'a request' }, 'off', 'now');
  expect(lease).toBeDefined();
  expect(await takeLease({ ...stack.services, worker: 'another' }, 'off', 'now')).toBeUndefined();
  await lease?.finish({ result: { ok: 1 }, problem: 'no granite' }, Infinity);
  expect(await readScheduledTask(stack.services.pool, 'off')).toMatchObject({
    state: 'off',
    nextAt: null,
    result: { ok: 1 },
  });
  expect(runs).toBe(0);
});

test('while Postgres is away a task is told that its lease has run out, and runs again later', async () => {
  const reasons: unknown[] = [];
  const started = Promise.withResolvers<void>();
  const task: ScheduledTask = {
    name: 'away',
    everyMs: 3_600_000,
    run: async (signal) => {
      if (reasons.length > 0) return { again: true };
      started.resolve();
      await rejectOnAbort(signal).catch((error: unknown) => reasons.push(error));
      return signal.throwIfAborted() ?? {};
    },
  };
  await using _replica = startReplica('one', task, 800);
  await started.promise;
  await stack.proxies.postgres.refuse();
  await eventually('a lost lease', () => expect(String(reasons[0])).toContain('run out'));
  await stack.proxies.postgres.pass();
  await eventually('another run', async () =>
    expect(await readTask('away')).toMatchObject({ result: { again: true } }),
  );
});
