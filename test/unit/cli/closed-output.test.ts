import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url).pathname;
const container = { Name: '/pulse-dev_webhook-worker-1' };
/** A container whose log has a new line as fast as somebody reads. */
const docker = `#!/bin/sh
case "$1" in
  ps) echo 1 ;;
  inspect) echo '${JSON.stringify([container])}' ;;
  logs) while echo '2026-01-01T00:00:00Z taking jobs'; do :; done ;;
esac`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pulse-closed-output-'));
  writeFileSync(join(folder, 'docker'), docker);
  chmodSync(join(folder, 'docker'), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

test.each([
  ['the help of all commands', '--help | true', ''],
  ['all codes', 'explain | head -1', 'CODE'],
  ['what goes on, on standard error', 'dance 2>&1 >/dev/null | true', ''],
  ['a log that has no end', 'logs --follow | head -2', 'taking jobs\ntaking jobs\n'],
])('%s may be read in part', (_name, command, expected) => {
  const whole = `{ "$NODE" cli/main.ts ${command.replace(' |', '; } |')}`;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', whole], {
    cwd: root,
    encoding: 'utf8',
    // A log that is read on without an end would hold up all tests.
    timeout: 10 * 60_000,
    env: { ...process.env, NODE: process.execPath, PATH: `${folder}:${process.env['PATH']}` },
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  expect(stdout).toContain(expected);
});
