import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { alertRules } from '../../components/alert-rules.ts';
import { alertmanagerConfiguration } from '../../components/alertmanager.ts';
import type { Receivers } from '../../components/alertmanager.ts';
import { configFolder, prometheusConfiguration } from '../../components/prometheus.ts';
import { machineDocker, reportContainers } from './container-report.ts';
import { eventually } from './eventually.ts';
import { removeAfterReport, reportOnFailure } from './failure-report.ts';
import { removeAtExit } from './reaper.ts';
import { reservePort } from './reserve-port.ts';
import { imageReference } from './server.ts';

const execute = promisify(execFile);

/** Where a container has its files. */
const mounted = '/run/pulse-test';

interface Monitor extends AsyncDisposable {
  readonly url: string;
}

interface Told {
  readonly receivers: Receivers;
  readonly publicUrl?: string;
  /** By which every duration is divided, so that no test waits for ten minutes. */
  readonly speed: number;
}

/** An Alertmanager with a stack's configuration, on the host's network. */
export async function startAlertmanager({ receivers, publicUrl, speed }: Told): Promise<Monitor> {
  const configuration = hasten(alertmanagerConfiguration({ receivers, publicUrl }), speed);
  return run('alertmanager', { 'alertmanager.yml': configuration }, [
    'alertmanager',
    `--config.file=${mounted}/alertmanager.yml`,
    '--storage.path=/alertmanager',
    '--cluster.listen-address=',
  ]);
}

interface Prometheus extends Monitor {
  /** @returns the last value that a scrape has seen of a series that is still there */
  lastOf(series: string): Promise<number | undefined>;
}

interface Watched {
  /** Port of 127.0.0.1 on which the API answers. */
  readonly apiPort: number;
  readonly key: string;
  readonly alertmanager: Monitor;
  readonly speed: number;
}

/** A Prometheus with a stack's configuration, which tells that Alertmanager. */
export async function startPrometheus(watched: Watched): Promise<Prometheus> {
  const { apiPort, key, alertmanager, speed } = watched;
  const configuration = prometheusConfiguration({
    prefix: 'pulse',
    stack: 'test',
    host: 'here',
    alertmanager: new URL(alertmanager.url).host,
    keyFile: `${mounted}/key`,
  });
  const files = {
    key,
    'alerts.yml': hasten(
      alertRules({ gpuHostAwaySeconds: 600, sourceSilentSeconds: 'off' }),
      speed,
    ),
    'prometheus.yml': hasten(configuration, speed)
      // A busy machine answers as slowly as ever, and each scrape that fails is a gap.
      .replaceAll(/scrape_(interval|timeout): \S+/g, 'scrape_$1: 3s')
      .replace(`${configFolder}/alerts.yml`, `${mounted}/alerts.yml`)
      .replace('pulse_webhook:50108', `127.0.0.1:${apiPort}`),
  };
  const monitor = await run('prometheus', files, [
    'prometheus',
    `--config.file=${mounted}/prometheus.yml`,
    '--storage.tsdb.path=/prometheus',
  ]);
  return Object.assign(monitor, { lastOf: (series: string) => readLast(monitor, series) });
}

async function readLast({ url }: Monitor, series: string): Promise<number | undefined> {
  const query = new URLSearchParams({ query: series });
  const answer = await fetch(`${url}/api/v1/query?${query.toString()}`);
  const { data } = (await answer.json()) as {
    data: { result: readonly { readonly value: readonly [at: number, value: string] }[] };
  };
  const [found] = data.result;
  return found && Number(found.value[1]);
}

/**
 * Divides every duration in a configuration, but the windows in which starts are counted: a busy
 * machine starts a worker as slowly as ever.
 */
export function hasten(text: string, speed: number): string {
  const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
  return text.replaceAll(
    /\bchanges\([^)]*\)|\b(\d+)(ms|s|m|h)\b/g,
    (whole, count: string | undefined, unit: keyof typeof unitMs) =>
      count === undefined ? whole : `${Math.round((Number(count) * unitMs[unit]) / speed)}ms`,
  );
}

async function run(
  name: 'prometheus' | 'alertmanager',
  files: Readonly<Record<string, string>>,
  [program = '', ...args]: readonly string[],
): Promise<Monitor> {
  const folder = mkdtempSync(join(tmpdir(), 'pulse-monitors-'));
  chmodSync(folder, 0o755);
  for (const [file, text] of Object.entries(files)) writeFileSync(join(folder, file), text);
  const port = await reservePort();
  const url = `http://127.0.0.1:${port}`;
  const container = `pulse-test-${name}-${randomBytes(4).toString('hex')}`;
  const { now: remove } = removeAtExit('docker', 'rm', '--force', '--volumes', container);
  await execute('docker', [
    'run',
    '--detach',
    '--network=host',
    `--name=${container}`,
    `--volume=${folder}:${mounted}:ro`,
    `--volume=/${name}`,
    `--entrypoint=${program}`,
    await imageReference(name),
    ...args,
    `--web.listen-address=127.0.0.1:${port}`,
  ]);
  reportOnFailure(() => reportContainers(machineDocker, [container]));
  await eventually(`a ready ${name}`, async () => (await fetch(`${url}/-/ready`)).ok);
  const removeAll = async () => {
    await remove();
    rmSync(folder, { recursive: true });
  };
  return { url, [Symbol.asyncDispose]: () => removeAfterReport(removeAll) };
}
