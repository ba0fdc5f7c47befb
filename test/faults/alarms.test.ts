import { setTimeout as lasting } from 'node:timers/promises';

import { expect, test } from 'vitest';

import type { Receivers } from '../../components/alertmanager.ts';
import { parseSettings } from '../../settings/parse.ts';
import { keys } from '../harness/api-process.ts';
import { eventually } from '../harness/eventually.ts';
import { startAlertmanager, startPrometheus } from '../harness/monitors.ts';
import { page } from '../harness/pages.ts';
import { startReceiver } from '../harness/receiver.ts';
import { openTestStack } from '../harness/test-stack.ts';
import type { TestStack } from '../harness/test-stack.ts';
import { startWorkerContainer } from '../harness/worker-container.ts';
import type { WorkerContainer } from '../harness/worker-container.ts';

/** A quarter of an hour is a minute, and the GPU host is away for 40 s before it is told. */
const speed = 15;
/** Shorter than that, so that a flap by itself is none. */
const flapMs = 5_000;
/** More than a worker ever uses here. */
const enoughMiB = 600;
/** Of its limit: what a worker has to use for the alarm of its memory, and a bit more. */
const alarmingShare = 0.91;

const receiversOf = (port: number): Receivers =>
  parseSettings('test', {
    gpuHost: 'embedded',
    monitoring: 'own',
    alertUrl: `http://127.0.0.1:${port}/hook`,
  }).receivers;

/** Kills a worker as soon as a scrape has seen it, and starts it again, until somebody is told. */
async function killUntil(
  stack: TestStack,
  lastStart: () => Promise<number | undefined>,
  isTold: () => boolean,
): Promise<void> {
  let seen: number | undefined;
  while (!isTold()) {
    const worker = await stack.worker({ WEBHOOK_WORKER_NAME: 'unlucky' });
    seen = await eventually('a scrape that has seen it, or the alarm', async () => {
      const last = (await lastStart()) ?? seen;
      return (isTold() || last !== seen) && last;
    });
    if (isTold()) return;
    worker.kill('SIGKILL');
    await worker.exited;
  }
  await stack.worker();
}

/** What is known of a worker in a container. */
interface Known {
  readonly usedBytes: () => Promise<number>;
  /** Seconds since 1970 when the one started that has told of itself. */
  readonly startedAt: () => Promise<number>;
}

/**
 * Gives a worker so little memory that it uses 94 % of its limit, until somebody is told. What it
 * needs for a moment may be more: then the kernel refuses the limit or ends the worker. What it
 * needs may become less. In each case it is tried again.
 */
async function narrow(
  worker: WorkerContainer,
  { usedBytes, startedAt }: Known,
  isTold: () => boolean,
): Promise<void> {
  while (!isTold()) {
    await worker.limitMemory(enoughMiB * 2 ** 20);
    await eventually('what it tells since it was started', async () =>
      expect(await startedAt()).toBeGreaterThan(await worker.startedAt()),
    );
    await lasting(5_000); // until it has loaded all that it needs, and has told how much that is
    const restarts = await worker.restarts();
    const limit = Math.round((await usedBytes()) / 0.94);
    if (!(limit > 0) || !(await worker.limitMemory(limit))) continue;
    await eventually(
      'the alarm of its memory, its end, or a use at which there is none',
      async () =>
        isTold() ||
        (await worker.restarts()) > restarts ||
        (await usedBytes()) < alarmingShare * limit,
    );
  }
}

const storeDown = expect.objectContaining({ name: 'PulseStoreDown', told: 'yes' });

test('what breaks in a stack is told once, by the rules that an operator has', async () => {
  await using receiver = await startReceiver();
  await using stack = await openTestStack();
  const { queues } = stack.services;
  const receivers = receiversOf(receiver.port);
  await using alertmanager = await startAlertmanager({ receivers, speed });
  const watched = { WEBHOOK_ALERTMANAGER_URL: alertmanager.url };
  const api = await stack.api({ ...watched, WEBHOOK_CANARY_INTERVAL: 'off' });
  const apiPort = api.port;
  await using prometheus = await startPrometheus({
    apiPort,
    key: keys.search,
    alertmanager,
    speed,
  });
  const told = (alarm: string) =>
    eventually(`the alarm ${alarm}`, () => expect(receiver.fired()).toContain(alarm));

  await killUntil(
    stack,
    () => prometheus.lastOf('pulse_worker_start_time_seconds{worker="unlucky"}'),
    () => receiver.fired().includes('PulseWorkerCrashLoop'),
  );

  const gauge = async (series: string): Promise<number> => {
    const { body } = await api.ask('/metrics', { key: keys.search });
    const line = String(body['text'])
      .split('\n')
      .find((one) => one.startsWith(`${series} `));
    return Number(line?.split(' ')[1]);
  };
  {
    const environment = { ...stack.environment, WEBHOOK_WORKER_NAME: 'narrow' };
    await using worker = await startWorkerContainer(environment, enoughMiB);
    const known = {
      usedBytes: () => gauge('pulse_worker_memory_bytes{worker="narrow"}'),
      startedAt: () => gauge('pulse_worker_start_time_seconds{worker="narrow"}'),
    };
    await eventually('its memory', async () => expect(await known.usedBytes()).toBeGreaterThan(0));
    await stack.proxies.tei.refuse();
    await stack.intake.submit(page(1));
    await Promise.all([
      narrow(worker, known, () => receiver.fired().includes('PulseWorkerMemoryHigh')),
      told('PulseGpuHostAway'),
    ]);
  }
  for (let flap = 0; flap < 3; flap++) {
    await stack.proxies.tei.pass();
    await lasting(flapMs);
    await stack.proxies.tei.refuse();
    await lasting(flapMs);
  }
  await stack.proxies.tei.pass();

  await eventually('an empty queue', async () => {
    const { waiting, active, delayed } = (await queues.counts()).embedding;
    expect(waiting + active + delayed).toBe(0);
  });
  // As after a failure: all that there is waits for its next attempt.
  await queues.queue('indexing').add('document', { documentId: '0' }, { delay: 3_600_000 });
  await told('PulseQueueBlocked');
  await queues.queue('indexing').drain(true);

  api.kill('SIGTERM');
  await api.exited;
  const often = { WEBHOOK_CANARY_INTERVAL: '5s', WEBHOOK_PORT: String(apiPort) };
  await stack.api({ ...watched, ...often });
  await eventually('a canary', async () =>
    expect(await gauge('pulse_canary_last_success_timestamp_seconds')).toBeGreaterThan(0),
  );
  // Kept, and applied again: a pause of the queue alone would be undone.
  expect(await api.ask('/api/queue/pause', { body: {} })).toMatchObject({ status: 200 });
  await told('PulseCanaryOverdue');

  await stack.proxies.postgres.refuse();
  await told('PulseStoreDown');
  await eventually('the alarm in the status', async () =>
    expect(await api.ask('/api/status')).toMatchObject({
      body: { alarms: { items: expect.arrayContaining([storeDown]) } },
    }),
  );
  await stack.proxies.postgres.pass();

  const times = receiver.fired().filter((alarm) => alarm === 'PulseGpuHostAway');
  expect(times).toHaveLength(1);
  for (const { commonLabels, alerts } of receiver.messages('/hook')) {
    expect(commonLabels).toMatchObject({ stack: 'test', host: 'here' });
    expect(alerts[0]?.annotations['runbook']).toMatch(/^docs\/operations\.md#pulse\w+$/);
  }
});
