import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import { parseSettings } from '../../settings/parse.ts';
import {
  inNtfy,
  publicUrl,
  sampleBelow,
  sendAlarms,
  storesDown,
} from '../harness/alarm-samples.ts';
import { eventually } from '../harness/eventually.ts';
import { startAlertmanager } from '../harness/monitors.ts';
import { reservePort } from '../harness/reserve-port.ts';

/** A program of ntfy, 2.10 or newer: neither Debian nor the Go module proxy has one. */
const program = process.env['PULSE_TEST_NTFY'];

interface Ntfy extends AsyncDisposable {
  readonly topic: string;
}

async function startNtfy(file: string): Promise<Ntfy> {
  const folder = mkdtempSync(join(tmpdir(), 'pulse-ntfy-'));
  writeFileSync(join(folder, 'server.yml'), '');
  const url = `http://127.0.0.1:${await reservePort()}`;
  const child = spawn(
    file,
    [
      'serve',
      `--config=${join(folder, 'server.yml')}`,
      `--cache-file=${join(folder, 'cache.db')}`,
      `--listen-http=${new URL(url).host}`,
      `--base-url=${url}`,
    ],
    { stdio: 'ignore' },
  );
  const ended = once(child, 'exit');
  await eventually('an ntfy that is healthy', async () => (await fetch(`${url}/v1/health`)).ok);
  return {
    topic: `${url}/alarms`,
    [Symbol.asyncDispose]: async () => {
      child.kill();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

interface Shown {
  readonly title: string;
  readonly message: string;
  readonly priority: number;
  readonly tags: readonly string[];
  readonly click: string;
}

/** @returns what a subscriber of the topic has got */
async function read(topic: string): Promise<Shown[]> {
  const text = await (await fetch(`${topic}/json?poll=1`)).text();
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Shown);
}

test.runIf(program)('an alarm arrives in ntfy as docs/monitoring.md shows it', async () => {
  await using ntfy = await startNtfy(program ?? '');
  const { receivers } = parseSettings('prod', {
    gpuHost: 'embedded',
    monitoring: 'own',
    ntfyUrl: ntfy.topic,
  });
  await using alertmanager = await startAlertmanager({ receivers, publicUrl, speed: 30 });
  await sendAlarms(alertmanager.url, storesDown('postgres', 'redis'));
  const [shown] = await eventually('a message', async () => {
    const messages = await read(ntfy.topic);
    return messages.length > 0 && messages;
  });
  const { title, priority, tags, click, message } = shown as Shown;
  const lines = [
    `title: ${title}`,
    `priority: ${priority}`,
    `tags: ${tags.join(',')}`,
    `click: ${click}`,
  ];
  expect(`${lines.join('\n')}\n\n${message}`).toBe(sampleBelow(inNtfy));
});
