import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import {
  httpHealthCommand,
  postgresHealthCommand,
  redisHealthCommand,
  workerHealthCommand,
} from '../../../healthchecks/container.ts';
import { heartbeatFile } from '../../../shared/heartbeat.ts';
import { httpPort, refusedPort } from './bad-servers.ts';

/**
 * Runs a check as Docker does and returns its exit code. It does not block, because this process is
 * also the server that the check asks.
 */
function exitCodeOf(
  [kind, ...command]: readonly string[],
  { PATH = process.env['PATH'] } = {},
): Promise<number | null> {
  const [program = '', ...args] = kind === 'CMD-SHELL' ? ['sh', '-c', ...command] : command;
  const env = { ...process.env, PATH };
  return new Promise((resolve, reject) =>
    spawn(program, args, { stdio: 'ignore', env }).on('error', reject).on('exit', resolve),
  );
}

describe('the health check of a worker', () => {
  /** @param clock whether the check sees a clock that stands; a busy machine starts it late */
  function checkOfBeat(secondsAgo: number | undefined, clock?: 'stands'): Promise<number | null> {
    const folder = mkdtempSync(join(tmpdir(), 'heartbeat-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'beat');
    const now = Math.floor(Date.now() / 1000);
    if (secondsAgo !== undefined) {
      writeFileSync(file, '');
      utimesSync(file, now - secondsAgo, now - secondsAgo);
    }
    if (clock === 'stands')
      writeFileSync(join(folder, 'date'), `#!/bin/sh\necho ${now}\n`, { mode: 0o755 });
    return exitCodeOf(
      workerHealthCommand().map((part) => part.replaceAll(heartbeatFile, file)),
      { PATH: [folder, process.env['PATH']].join(delimiter) },
    );
  }

  test('passes with a heartbeat younger than 15 seconds', async () => {
    expect([await checkOfBeat(0), await checkOfBeat(14, 'stands')]).toEqual([0, 0]);
  });
  test('fails with exit code 1 when the heartbeat is old or missing', async () => {
    expect(await checkOfBeat(15, 'stands')).toBe(1);
    expect([await checkOfBeat(16), await checkOfBeat(undefined)]).toEqual([1, 1]);
  });
});

describe('the health check over HTTP', () => {
  test('passes on status 200 and on nothing else', async () => {
    const port = await httpPort({
      '/health': { status: 200, body: 'fine' },
      '/loading': { status: 503, body: 'later' },
    });
    expect(await exitCodeOf(httpHealthCommand(port, '/health'))).toBe(0);
    expect(await exitCodeOf(httpHealthCommand(port, '/loading'))).toBe(1);
  });
  test('fails with exit code 1 when no server listens', async () => {
    expect(await exitCodeOf(httpHealthCommand(await refusedPort(), '/health'))).toBe(1);
  });
});

describe('the health check', () => {
  test.each([
    ['Postgres', postgresHealthCommand],
    ['Redis', redisHealthCommand],
  ])('of %s takes its password from the environment and is valid shell', (_store, check) => {
    const [kind, script = ''] = check();
    expect(kind).toBe('CMD-SHELL');
    expect(script).toMatch(/PASSWORD"/);
    execFileSync('sh', ['-n', '-c', script]);
  });
});
