import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { expect, onTestFinished, test } from 'vitest';

import { readDeliveries } from '../../../cli/alerts/alertmanager.ts';
import { testReceivers } from '../../../cli/alerts/test-receivers.ts';
import { alertmanagerConfiguration } from '../../../components/alertmanager.ts';
import type { Settings } from '../../../settings.ts';
import { parseSettings } from '../../../settings/parse.ts';
import { eventually } from '../../harness/eventually.ts';
import { hasten } from '../../harness/monitors.ts';
import { removeAtExit } from '../../harness/reaper.ts';
import { startReceiver } from '../../harness/receiver.ts';
import { imageReference } from '../../harness/server.ts';
import { makeTestFolder } from '../../harness/test-folder.ts';

const execute = promisify(execFile);

/** A sign of life every three seconds; an alarm is told again after a quarter of a minute. */
const speed = 20;
const limitMs = 8_000;
/** This host, as the container sees it. */
const host = 'host.docker.internal';

function settingsWith(alertUrl: string, heartbeatUrl: string): Settings {
  return parseSettings('prod', {
    gpuHost: 'embedded',
    monitoring: 'own',
    alertUrl,
    heartbeatUrl,
  });
}

/** @returns the name of a container as a stack has it, with an alarm that always fires */
async function startAlertmanager({ receivers }: Settings): Promise<string> {
  const folder = makeTestFolder();
  chmodSync(folder, 0o755);
  const configuration = alertmanagerConfiguration({ receivers, publicUrl: undefined });
  writeFileSync(join(folder, 'alertmanager.yml'), hasten(configuration, speed));
  const name = `pulse-test-alertmanager-${randomBytes(4).toString('hex')}`;
  const { now: remove } = removeAtExit('docker', 'rm', '--force', '--volumes', name);
  onTestFinished(remove);
  await execute('docker', [
    'run',
    '--detach',
    `--name=${name}`,
    `--add-host=${host}:host-gateway`,
    `--volume=${folder}:/run/pulse-test:ro`,
    '--volume=/alertmanager',
    '--entrypoint=alertmanager',
    await imageReference('alertmanager'),
    '--config.file=/run/pulse-test/alertmanager.yml',
    '--storage.path=/alertmanager',
    '--cluster.listen-address=',
  ]);
  const amtool = ['exec', name, 'amtool', '--alertmanager.url=http://127.0.0.1:9093'];
  const end = new Date(Date.now() + 3_600_000).toISOString();
  const watchdog = ['alert', 'add', 'alertname=PulseWatchdog', 'severity=none', `--end=${end}`];
  await eventually('an alarm that fires', () => execute('docker', [...amtool, ...watchdog]));
  return name;
}

test('a sign of life that arrives does not count for a receiver that takes nothing', async () => {
  await using receiver = await startReceiver();
  const alive = `http://${host}:${receiver.port}/alive`;
  // Nothing listens there.
  const settings = settingsWith(`http://${host}:1/hook`, alive);
  const container = await startAlertmanager(settings);
  await eventually('a sign of life', () => receiver.messages('/alive').length > 0);
  expect(await testReceivers(container, settings, limitMs)).toEqual([
    { receiver: 'webhook', settings: 'alertUrl', ok: false },
  ]);
  await eventually('a call that failed', async () => {
    const { failed } = await readDeliveries(container);
    expect(failed['webhook']).toBeGreaterThan(0);
  });
  const before = receiver.messages('/alive').length;
  await eventually('another one', () => receiver.messages('/alive').length > before);
});

test('a second test is told as the first, at once', async () => {
  await using receiver = await startReceiver();
  const url = `http://${host}:${receiver.port}`;
  const settings = settingsWith(`${url}/hook`, `${url}/alive`);
  const container = await startAlertmanager(settings);
  for (const told of [['PulseTest'], ['PulseTest', 'PulseTest']]) {
    expect(await testReceivers(container, settings)).toMatchObject([{ ok: true }]);
    expect(receiver.fired()).toEqual(told);
  }
});
