import { spawnSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { formatFolderUrl, makeState, toolEnvironment } from '../../../cli/environment.ts';

afterEach(() => vi.unstubAllEnvs());

const main = join(import.meta.dirname, '../../../cli/main.ts');

test.each(['/srv/pulse', '/srv/50% off', '/srv/C#', '/srv/what?', '/srv/a%20b', `/srv/it's "x"`])(
  'the URL of the state of a clone in %s leads back to this folder',
  (folder) => {
    const url = formatFolderUrl(folder);
    expect(fileURLToPath(url)).toBe(folder);
    expect(url).not.toMatch(/[#?]/);
  },
);

test('a docker context that does not exist ends a command, and never becomes the default', () => {
  vi.stubEnv('DOCKER_HOST', '');
  vi.stubEnv('DOCKER_CONTEXT', 'gone');
  expect(() => toolEnvironment()).toThrow(/there is no docker context gone/);
});

test('a backend that an empty text names, as in a CI job, is the state of the clone', () => {
  vi.stubEnv('PULUMI_BACKEND_URL', '');
  const { PULUMI_BACKEND_URL: url = '' } = toolEnvironment();
  expect(fileURLToPath(url)).toMatch(/\.pulse\/state$/);
});

test('a state that cannot be made, as that of another user, is said with what to do', () => {
  // No user may make a folder in a file.
  expect(() => makeState(main)).toThrow(
    expect.objectContaining({
      message: expect.stringContaining(main),
      remedy: expect.stringMatching(/as the user who ran it first/),
    }),
  );
});

describe('relative paths are under the folder of the caller', () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), 'pulse caller %-')));
  });
  afterEach(() => {
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  test('in the variables that name a state and a passphrase', () => {
    vi.spyOn(process, 'cwd').mockReturnValue(folder);
    vi.stubEnv('PULUMI_CONFIG_PASSPHRASE_FILE', 'secrets/passphrase');
    vi.stubEnv('PULUMI_BACKEND_URL', 'file://./team');
    const { PULUMI_BACKEND_URL: url = '', ...variables } = toolEnvironment();
    expect(variables['PULUMI_CONFIG_PASSPHRASE_FILE']).toBe(join(folder, 'secrets/passphrase'));
    expect(fileURLToPath(url)).toBe(join(folder, 'team'));
  });

  test('in the variables of the docker client', () => {
    vi.spyOn(process, 'cwd').mockReturnValue(folder);
    vi.stubEnv('DOCKER_HOST', '192.0.2.7');
    vi.stubEnv('DOCKER_TLS_VERIFY', '1');
    vi.stubEnv('DOCKER_CERT_PATH', 'certificates');
    vi.stubEnv('DOCKER_CONFIG', 'docker');
    expect(toolEnvironment()).toMatchObject({
      DOCKER_HOST: 'tcp://192.0.2.7:2376',
      DOCKER_CERT_PATH: join(folder, 'certificates'),
      DOCKER_CONFIG: join(folder, 'docker'),
    });
  });

  test.each(['file:///srv/team', 'file://~/team', 's3://team', 'https://api.pulumi.com'])(
    'the backend %s stays as it is',
    (url) => {
      vi.stubEnv('PULUMI_BACKEND_URL', url);
      expect(toolEnvironment()['PULUMI_BACKEND_URL']).toBe(url);
    },
  );

  const pulse = (...args: string[]) =>
    spawnSync(process.execPath, [main, ...args], { cwd: folder, encoding: 'utf8' });

  test('in ./pulse config import', () => {
    writeFileSync(join(folder, 'my.env'), 'WEBHOOK_LOG_LEVEL=DEBUG\n');
    const { status, stdout } = pulse('config', 'import', 'my.env', '--dry-run');
    expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringContaining('logLevel') });
  });

  test('in the message of ./pulse config import; what a program writes is read as well', () => {
    const { status, stderr } = pulse('config', 'import', 'other.env');
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: expect.stringContaining(`${join(folder, 'other.env')} is no file`),
    });
    const script = `echo WEBHOOK_LOG_LEVEL=DEBUG | "$0" "$@"`;
    const command = [process.execPath, main, 'config', 'import', '/dev/stdin', '--dry-run'];
    expect(spawnSync('/bin/sh', ['-c', script, ...command], { encoding: 'utf8' })).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('logLevel'),
    });
  });

  test('in ./pulse config import, which takes an empty file for a program that failed', () => {
    writeFileSync(join(folder, 'my.env'), '\n');
    expect(pulse('config', 'import', 'my.env')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('my.env is empty'),
    });
  });

  test('in ./pulse index', () => {
    const { status, stderr } = pulse('index', 'no such handbook');
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: expect.stringContaining(`${join(folder, 'no such handbook')} does not exist`),
    });
  });

  test('in ./pulse index, and a URL is said to be none of them', () => {
    expect(pulse('index', 'https://docs.example.org/')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(
        /^https:\/\/docs.example.org\/ is a URL, and nothing is fetched/,
      ),
    });
  });
});
