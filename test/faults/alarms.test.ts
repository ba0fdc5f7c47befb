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

const receiversOf = (port: number): Receivers =>
  parseSettings('test', {
    gpuHost: 'embedded',
    monitoring: 'own',
    alertUrl: `http://127.0.0.1:${port}/hook`,
  }).receivers;

/** Kills a worker as soon as it was seen, and starts it again, until somebody is told. */
async function killUntil(stack: TestStack, isTold: () => boolean): Promise<void> {
  while (!isTold()) {
    const worker = await stack.worker({ WEBHOOK_WORKER_NAME: 'unlucky' });
    await lasting(2_000); // a scrape is there every second, and has to have seen it
    if (isTold()) return;
    worker.kill('SIGKILL');
    await worker.exited;
  }
  await stack.worker();
}

/**
 * Gives a worker so little memory that it uses 94 % of its limit, until somebody is told. What it
 * needs for a moment may be more: then the kernel refuses the limit or ends the worker, and it is
 * tried again.
 */
async function narrow(
  worker: WorkerContainer,
  usedBytes: () => Promise<number>,
  isTold: () => boolean,
): Promise<void> {
  while (!isTold()) {
    await worker.limitMemory(enoughMiB * 2 ** 20);
    await lasting(5_000); // until it has loaded all that it needs, and has told how much that is
    await eventually('its memory', async () => expect(await usedBytes()).toBeGreaterThan(0));
    if (!(await worker.limitMemory(Math.round((await usedBytes()) / 0.94)))) continue;
    const restarts = await worker.restarts();
    await eventually(
      'the alarm of its memory, or its end',
      async () => isTold() || (await worker.restarts()) > restarts,
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
  await using _prometheus = await startPrometheus({
    apiPort,
    key: keys.search,
    alertmanager,
    speed,
  });
  const told = (alarm: string) =>
    eventually(`the alarm ${alarm}`, () => expect(receiver.fired()).toContain(alarm));

  await killUntil(stack, () => receiver.fired().includes('PulseWorkerCrashLoop'));

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
    const usedBytes = () => gauge('pulse_worker_memory_bytes{worker="narrow"}');
    await eventually('its memory', async () => expect(await usedBytes()).toBeGreaterThan(0));
    await stack.proxies.tei.refuse();
    await stack.intake.submit(page(1));
    await Promise.all([
      narrow(worker, usedBytes, () => receiver.fired().includes('PulseWorkerMemoryHigh')),
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
