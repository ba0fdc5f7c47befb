import { describe, expect, test, vi } from 'vitest';

import { writeOperatorValue } from '../../../worker/records/operator-values.ts';
import { findInconsistencies } from '../../harness/consistency.ts';
import { page } from '../../harness/pages.ts';
import { openTestStack } from '../../harness/test-stack.ts';
import type { TestStack } from '../../harness/test-stack.ts';

const soon = { timeout: 60_000, interval: 100 };
/** As in a stack, only sooner. */
const impatient = { WEBHOOK_STUCK_AFTER: '3s', WEBHOOK_WEDGED_AFTER: '6s' };

/** Faults that a signal sets off inside a worker's process, without a change to its code. */
const onSignal = {
  'blocks its event loop': "process.on('SIGUSR2', () => { for (;;); });",
  'consumes no more':
    "const { Worker } = process.getBuiltinModule('node:module').createRequire(process.cwd() + '/worker/')('bullmq'); const run = Worker.prototype.run; Worker.prototype.run = function () { process.on('SIGUSR2', () => this.pause(true)); return run.call(this); };",
};
const preloaded = (source: string) => ({
  NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(source)}`,
});

const beats = async (world: TestStack): Promise<Record<string, boolean>> => {
  const keys = await world.services.queues.redis.keys('pulse:workers:*');
  const texts = keys.length === 0 ? [] : await world.services.queues.redis.mget(keys);
  return Object.fromEntries(
    texts.map((text) => JSON.parse(text ?? '{}')).map(({ name, consuming }) => [name, consuming]),
  );
};

/** Until it has beaten, as one that consumes, for longer than one that is stuck lives. */
async function beatsOn(world: TestStack): Promise<void> {
  const beganAt = Date.now();
  await vi.waitFor(async () => {
    const beat = JSON.parse(
      (await world.services.queues.redis.get('pulse:workers:worker-1')) ?? '{}',
    );
    expect(beat.consuming).toBe(true);
    expect(Date.parse(beat.heartbeatAt) - beganAt).toBeGreaterThan(8_000);
  }, soon);
}

describe('a worker', { timeout: 180_000 }, () => {
  test('that blocks its event loop is ended, and what it held is done by another', async () => {
    await using world = await openTestStack({ environment: { WEBHOOK_WORKER_BATCH_SIZE: '2' } });
    const worker = await world.worker({
      ...impatient,
      ...preloaded(onSignal['blocks its event loop']),
    });
    world.tei.fail('hang');
    for (const number of [1, 2, 3]) await world.intake.submit(page(number));
    await vi.waitFor(
      async () => expect((await world.services.queues.counts()).embedding.active).toBe(2),
      soon,
    );
    worker.kill('SIGUSR2');
    expect(await worker.exited).toEqual({ code: null, signal: 'SIGKILL' });
    expect(worker.lines.at(-1)).toMatchObject({
      level: 'fatal',
      alert: true,
      code: 'WORKER_BLOCKED',
    });
    world.tei.fail();
    await world.worker();
    expect(await findInconsistencies(world)).toEqual([]);
  });

  test('that consumes no more says so, then ends itself with 1, and another does the work', async () => {
    await using world = await openTestStack();
    const worker = await world.worker({ ...impatient, ...preloaded(onSignal['consumes no more']) });
    await vi.waitFor(async () => expect(await beats(world)).toEqual({ 'worker-1': true }), soon);
    worker.kill('SIGUSR2');
    for (const number of [1, 2, 3]) await world.intake.submit(page(number));
    await vi.waitFor(async () => expect(await beats(world)).toEqual({ 'worker-1': false }), soon);
    expect(await worker.exited).toEqual({ code: 1, signal: null });
    expect(worker.lines).toContainEqual(
      expect.objectContaining({
        level: 'error',
        alert: true,
        code: 'WORKER_STUCK',
        why: expect.stringContaining('taken none'),
      }),
    );
    await world.worker();
    expect(await findInconsistencies(world)).toEqual([]);
  });

  test('that rests rightly, paused or without TEI, goes on beating for longer than a stuck one may', async () => {
    await using world = await openTestStack({ environment: impatient });
    const worker = await world.worker();
    await writeOperatorValue(world.services.pool, 'paused', true);
    await world.services.queues.setPaused(true);
    for (const number of [1, 2, 3]) await world.intake.submit(page(number));
    await beatsOn(world);
    await writeOperatorValue(world.services.pool, 'paused', false);
    await world.proxies.tei.refuse();
    await world.services.queues.setPaused(false);
    await beatsOn(world);
    expect(await beats(world)).toEqual({ 'worker-1': true });
    await world.proxies.tei.pass();
    expect(await findInconsistencies(world)).toEqual([]);
    worker.kill('SIGTERM');
    expect(await worker.exited).toEqual({ code: 0, signal: null });
  });
});
