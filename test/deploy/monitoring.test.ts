import { afterAll, beforeAll, expect, test } from 'vitest';

import { eventually } from '../harness/eventually.ts';
import { monitorImages } from '../harness/monitor-programs.ts';
import { startReceiver } from '../harness/receiver.ts';
import type { Receiver } from '../harness/receiver.ts';
import { gpuHostAddress, gpuHostSettings, startGpuHost } from './gpu-host.ts';
import type { GpuHost } from './gpu-host.ts';
import { hardeningOf } from './hardened.ts';
import { Project } from './project.ts';

/** A stack that watches itself, and tells a receiver of this process. */
const project = new Project();
const monitors = ['prometheus', 'alertmanager'] as const;
let receiver: Receiver;
let gpuHost: GpuHost;

beforeAll(async () => {
  const address = await gpuHostAddress();
  receiver = await startReceiver();
  const own = `http://${project.gateway}:${receiver.port}`;
  [gpuHost] = await Promise.all([
    startGpuHost(`${project.prefix}-elsewhere`, address),
    project.prepare({
      ...gpuHostSettings(address, project.gateway),
      workerReplicas: '1',
      monitoring: 'own',
      ...monitorImages,
      alertUrl: `${own}/hook`,
      heartbeatUrl: `${own}/alive`,
    }),
  ]);
  await project.up();
});
afterAll(async () => {
  await project.remove();
  await Promise.all([gpuHost[Symbol.asyncDispose](), receiver[Symbol.asyncDispose]()]);
});

const ask = async (query: string): Promise<unknown> => {
  const url = `http://127.0.0.1:9090/api/v1/${query}`;
  const prometheus = project.container('prometheus');
  const { stdout } = await project.docker('exec', prometheus, 'wget', '-qO-', url);
  return JSON.parse(stdout);
};

test('its Prometheus scrapes the whole stack, and its Alertmanager gives a sign of life', async () => {
  await eventually('both targets', async () =>
    expect(await ask('query?query=up')).toMatchObject({
      data: { result: [{ value: [expect.anything(), '1'] }, { value: [expect.anything(), '1'] }] },
    }),
  );
  await eventually('a sign of life', () =>
    expect(receiver.messages('/alive')[0]?.commonLabels).toMatchObject({
      alertname: 'PulseWatchdog',
      stack: project.stack,
      host: expect.stringMatching(/./),
    }),
  );
  await project.settled();
});

test('what watches is as confined as what is watched, and shows no secret', async () => {
  const { stdout: secret } = await project.pulumi(
    'stack',
    'output',
    'searchSecret',
    '--show-secrets',
  );
  expect(secret.trim().length).toBeGreaterThan(30);
  for (const name of monitors) {
    const container = project.container(name);
    expect(await hardeningOf(project, container)).toMatchObject({
      user: '65534:65534',
      rootIsWritable: false,
      effectiveCapabilities: '0000000000000000',
      published: [],
      health: 'healthy',
    });
    const { stdout } = await project.docker('inspect', container);
    expect(stdout).not.toContain(secret.trim());
    expect(stdout).not.toContain(`:${receiver.port}/`);
  }
});

test('./pulse alerts sends a test, and silences everything but the sign of life', async () => {
  const tried = await project.pulse('alerts', 'test', '--json');
  expect(JSON.parse(tried.stdout)).toMatchObject({
    ok: true,
    receivers: [{ receiver: 'webhook', settings: 'alertUrl', ok: true }],
  });
  expect(receiver.fired()).toEqual(['PulseTest']);
  const list = async () => JSON.parse((await project.pulse('alerts', '--json')).stdout);
  expect(await list()).toMatchObject({ alarms: [{ alarm: 'PulseTest', told: 'yes' }] });
  expect(await project.pulse('alerts', 'silence', '2h')).toMatchObject({ code: 0 });
  await eventually('a silenced alarm', async () =>
    expect(await list()).toMatchObject({ alarms: [{ told: 'silenced' }], silences: [{}] }),
  );
  expect(await project.pulse('alerts', 'silence', 'off')).toMatchObject({ code: 0 });
  expect(await list()).toMatchObject({ silences: [] });
});

test('a roll-out is no alarm, and its silence ends with it, also after Ctrl-C', async () => {
  const list = async () => JSON.parse((await project.pulse('alerts', '--json')).stdout);
  project.configure({ workerMemory: '700MiB', apiMemory: '500MiB' });
  await project.upWhile(async () =>
    expect(await list()).toMatchObject({
      silences: [{ silence: expect.stringMatching(/pulse up/) }],
    }),
  );
  expect(await list()).toMatchObject({ silences: [] });
  expect(await project.interrupted(/^pulumi up$/m, 'up', '--yes')).toMatchObject({ code: 130 });
  expect(await list()).toMatchObject({ silences: [] });
  expect(receiver.fired()).toEqual(['PulseTest']);
  await project.pulumi('cancel', '--yes');
});

test('its data outlive it, and go with ./pulse down --data', async () => {
  const { stdout } = await project.pulse('down', '--data', '--yes', '--json');
  expect(JSON.parse(stdout.trim().split('\n').at(-1) ?? '')).toMatchObject({
    ok: true,
    removedVolumes: expect.arrayContaining(monitors.map((name) => project.container(name))),
  });
  const left = await project.dockerLines(
    'volume',
    'ls',
    '--quiet',
    '--filter',
    `name=${project.prefix}`,
  );
  expect(left).toEqual([]);
});
