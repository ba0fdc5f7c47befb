import { setTimeout as lasting } from 'node:timers/promises';

import { describe, expect, test } from 'vitest';

import { writeOperatorValue } from '../../../worker/records/operator-values.ts';
import { preloadFault } from '../../doubles/worker-faults/preload.ts';
import { findInconsistencies } from '../../harness/consistency.ts';
import { eventually } from '../../harness/eventually.ts';
import { page } from '../../harness/pages.ts';
import { openTestStack } from '../../harness/test-stack.ts';
import type { TestStack } from '../../harness/test-stack.ts';
import type { WorkerProcess } from '../../harness/worker-process.ts';

/**
 * As long as a worker lives that takes no job: less than in a stack. In half of it a busy machine
 * has to read a heartbeat, or to take Redis away.
 */
const stuckLifeMs = 12_000;
const impatient = {
  WEBHOOK_STUCK_AFTER: `${stuckLifeMs / 2}ms`,
  WEBHOOK_WEDGED_AFTER: `${stuckLifeMs}ms`,
};

const beats = async (stack: TestStack): Promise<Record<string, boolean>> => {
  const keys = await stack.services.queues.redis.keys('pulse:workers:*');
  const texts = keys.length === 0 ? [] : await stack.services.queues.redis.mget(keys);
  return Object.fromEntries(
    texts.map((text) => JSON.parse(text ?? '{}')).map(({ name, consuming }) => [name, consuming]),
  );
};

async function lastBeatMs(stack: TestStack): Promise<number> {
  const beat = (await stack.services.queues.redis.get('pulse:workers:worker-1')) ?? '{}';
  return Date.parse(JSON.parse(beat).heartbeatAt);
}

/** Waits until its heartbeats say that it consumes for longer than a stuck worker lives. */
async function waitForHeartbeats(stack: TestStack): Promise<void> {
  const beganAt = Date.now();
  await eventually('heartbeats for so long', async () => {
    expect(await beats(stack)).toEqual({ 'worker-1': true });
    expect((await lastBeatMs(stack)) - beganAt).toBeGreaterThan(stuckLifeMs + 2_000);
  });
}

/**
 * Starts a worker, stops it from consuming, and submits pages that it should take. It may take the
 * first all the same: it asked for one before.
 */
async function stopConsuming(stack: TestStack): Promise<WorkerProcess> {
  const worker = await stack.worker({ ...impatient, ...preloadFault('stop-consuming') });
  await eventually('the heartbeat of a worker that consumes', async () =>
    expect(await beats(stack)).toEqual({ 'worker-1': true }),
  );
  worker.kill('SIGUSR2');
  for (const number of [1, 2, 3]) await stack.intake.submit(page(number));
  return worker;
}

describe('a worker', () => {
  test('that blocks its event loop is killed, and another does its jobs', async () => {
    await using stack = await openTestStack({ environment: { WEBHOOK_WORKER_BATCH_SIZE: '2' } });
    const worker = await stack.worker({
      ...impatient,
      ...preloadFault('block-event-loop'),
    });
    stack.tei.fail('hang');
    for (const number of [1, 2, 3]) await stack.intake.submit(page(number));
    await eventually('two active embedding jobs', async () =>
      expect((await stack.services.queues.counts()).embedding.active).toBe(2),
    );
    worker.kill('SIGUSR2');
    expect(await worker.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(worker.lines.at(-1)).toMatchObject({
      level: 'fatal',
      alert: true,
      code: 'WORKER_BLOCKED',
    });
    stack.tei.fail();
    await stack.worker();
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('that stops consuming reports it, then exits with 1, and another does the work', async () => {
    await using stack = await openTestStack();
    const worker = await stopConsuming(stack);
    await eventually('the heartbeat of a worker that does not consume', async () =>
      expect(await beats(stack)).toEqual({ 'worker-1': false }),
    );
    expect(await worker.exited).toEqual({ code: 1, signal: null });
    expect(worker.lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        alert: true,
        code: 'WORKER_STUCK',
        why: expect.stringContaining('taken none'),
      }),
    );
    await stack.worker();
    expect(await findInconsistencies(stack)).toEqual([]);
  });

  test('is not called stuck for the time in which Redis was away', async () => {
    await using stack = await openTestStack();
    const worker = await stopConsuming(stack);
    const waitingAt = await eventually('jobs that wait, and none at work', async () => {
      const { indexing } = await stack.services.queues.counts();
      return indexing.waiting > 0 && indexing.active === 0 && Date.now();
    });
    await eventually('a heartbeat after that', async () =>
      expect(await lastBeatMs(stack)).toBeGreaterThan(waitingAt),
    );
    await stack.proxies.redis.refuse();
    await lasting(2 * stuckLifeMs);
    const backAtMs = Date.now();
    await stack.proxies.redis.pass();
    expect(await worker.exited).toEqual({ code: 1, signal: null });
    const stuck = worker.lines.find(({ code }) => code === 'WORKER_STUCK');
    expect(Date.parse(String(stuck?.['time'])) - backAtMs).toBeGreaterThanOrEqual(stuckLifeMs);
  });

  test('that is paused or without TEI sends heartbeats for longer than a stuck one may live', async () => {
    await using stack = await openTestStack({ environment: impatient });
    const worker = await stack.worker();
    await writeOperatorValue(stack.services.pool, 'paused', true);
    await stack.services.queues.setPaused(true);
    for (const number of [1, 2, 3]) await stack.intake.submit(page(number));
    await waitForHeartbeats(stack);
    await writeOperatorValue(stack.services.pool, 'paused', false);
    await stack.proxies.tei.refuse();
    await stack.services.queues.setPaused(false);
    await waitForHeartbeats(stack);
    expect(await beats(stack)).toEqual({ 'worker-1': true });
    await stack.proxies.tei.pass();
    expect(await findInconsistencies(stack)).toEqual([]);
    worker.kill('SIGTERM');
    expect(await worker.exited).toEqual({ code: 0, signal: null });
  });
});
