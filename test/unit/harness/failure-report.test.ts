import { existsSync, globSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { captureResult } from '../../../toolchain/process.ts';
import { reportContainers } from '../../harness/container-report.ts';

const root = join(import.meta.dirname, '../../..');
const results = join(root, 'test-results/fixtures/failing');
let output: string;

/** A run of its own, of test/fixtures/failing. */
beforeAll(async () => {
  rmSync(results, { recursive: true, force: true });
  const { stdout, stderr } = await captureResult(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/fixtures/failing/vitest.config.ts'],
    { cwd: root, env: { NO_COLOR: '1' } },
  );
  output = stdout + stderr;
});
afterAll(() => rmSync(results, { recursive: true, force: true }));

/** Reads what the failure of a test left, in the folder that its message names. */
function readReport(title: string): Record<string, string> {
  const message = output.slice(output.search(new RegExp(`FAIL .*${title}`)));
  const folder = /Logs and states of that moment: (\S+)/.exec(message)?.[1] ?? '';
  expect(existsSync(folder), message).toBe(true);
  expect(folder).not.toContain('.ts');
  return Object.fromEntries(
    globSync('*', { cwd: folder }).map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  );
}

test('a failed test leaves what it and its file had open, as it was before its removal', () => {
  expect(readReport('one fails')).toEqual({ 'one.txt': 'open', 'shared.txt': 'open' });
});

test('the message of a failed test ends with the last lines of its logs', () => {
  expect(output).toMatch(/worker\.log\n +line 8\n[^]*line 19\n/);
  expect(output).not.toContain('line 7\n');
});

test('a passed test leaves nothing', () => {
  expect(globSync('**/other.txt', { cwd: results })).toEqual([]);
});

test('a report that cannot be made says why, and keeps no other from being written', () => {
  expect(readReport('one cannot report')).toEqual({
    'not-read-1.txt': expect.stringContaining('the store is gone'),
    'shared.txt': 'open',
  });
});

test('a failed hook leaves what its file had open', () => {
  expect(readReport('after a hook that fails')).toEqual({ 'shared.txt': 'open' });
});

test('the report of containers shows none of the secrets of their environments', async () => {
  const outputs: Record<string, string> = {
    inspect: JSON.stringify([
      {
        Args: ['--requirepass', 's3cret'],
        Config: { Env: ['REDIS_PASSWORD=s3cret', 'DATABASE_URL=postgresql://role:w0rd@host/db'] },
      },
    ]),
    logs: 'role:w0rd connects',
  };
  const docker = async (verb = '') => ({ stdout: outputs[verb] ?? '', stderr: '' });
  const files = await reportContainers(docker, ['redis'], { 'commands.txt': 'printed s3cret' });
  expect(files).toMatchObject({
    'redis.inspect.json': expect.stringContaining('"--requirepass","***"'),
    'redis.log': 'role:*** connects',
    'commands.txt': 'printed ***',
  });
  expect(JSON.stringify(files)).not.toMatch(/s3cret|w0rd/);
});
