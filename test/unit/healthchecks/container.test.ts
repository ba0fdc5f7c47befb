import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

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
function exitCodeOf([kind, ...command]: readonly string[]): Promise<number | null> {
  const [program = '', ...args] = kind === 'CMD-SHELL' ? ['sh', '-c', ...command] : command;
  return new Promise((resolve, reject) =>
    spawn(program, args, { stdio: 'ignore' }).on('error', reject).on('exit', resolve),
  );
}

describe('the health check of a worker', () => {
  function checkOfBeat(secondsAgo: number | undefined): Promise<number | null> {
    const folder = mkdtempSync(join(tmpdir(), 'heartbeat-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'beat');
    if (secondsAgo !== undefined) {
      writeFileSync(file, '');
      utimesSync(file, Date.now() / 1000 - secondsAgo, Date.now() / 1000 - secondsAgo);
    }
    return exitCodeOf(workerHealthCommand().map((part) => part.replaceAll(heartbeatFile, file)));
  }

  test('passes with a heartbeat younger than 15 seconds', async () => {
    expect([await checkOfBeat(0), await checkOfBeat(12)]).toEqual([0, 0]);
  });
  test('fails with exit code 1 when the heartbeat is old or missing', async () => {
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
