import { spawnSync } from 'node:child_process';

import { expect, test } from 'vitest';

const root = new URL('../../../', import.meta.url).pathname;

test.each([
  ['queue', 'dance'],
  ['queue'],
  ['delete', '--everything'],
  ['explain', 'TEI_DNS', 'and', 'more'],
  ['dance'],
  ['search', 'words', '--limit', 'many'],
  ['search', 'words', '--language', 'english'],
  ['search', 'words', '--language', 'en,de'],
  ['search', 'words', '--domain', 'https://docs.example.org/guide/'],
  ['delete', '--domain', ''],
  // As from a script whose variable is not set.
  ['index', ''],
  ['index', 'pages', '--as', ''],
  ['index', 'pages', '--exclude', ''],
  ['config', 'import', ''],
  ['search', ' '],
  ['status', '--stack', ''],
  ['search', '--json'],
])('./pulse %j %j exits with 2 as wrong usage and contacts no container', (...args) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['cli/main.ts', ...args], {
    cwd: root,
    encoding: 'utf8',
    env: { ...process.env, DOCKER_HOST: 'tcp://127.0.0.1:1' },
  });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toContain('--help');
});
