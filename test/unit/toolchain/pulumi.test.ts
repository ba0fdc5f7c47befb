import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { CommandError } from '../../../toolchain/command-error.ts';
import { isNewEnough } from '../../../toolchain/pulumi/go.ts';
import { requireChecksum } from '../../../toolchain/pulumi/official.ts';
import { cli } from '../../../toolchain/pulumi/parts.ts';
import {
  builtInstallation,
  executable,
  officialInstallation,
} from '../../../toolchain/pulumi/places.ts';
import type { Installation } from '../../../toolchain/pulumi/places.ts';
import { pulumiEnvironment, pulumiTools, serves } from '../../../toolchain/pulumi/pulumi.ts';
import { run } from '../../../toolchain/pulumi/step.ts';

let machine: string;

beforeEach(() => {
  machine = mkdtempSync(join(tmpdir(), 'pulse-pulumi-'));
  vi.stubEnv('PULSE_CACHE', join(machine, 'cache'));
  vi.stubEnv('PATH', join(machine, 'bin'));
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(machine, { recursive: true, force: true });
});

function place(path: string, script = ''): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
}

function placeCli(installation: Installation): void {
  place(executable(installation, cli));
}

const found = async () => (await pulumiTools[0]?.find())?.way;

describe('pulumi on a machine', () => {
  test('is missing where nothing was brought', async () => {
    expect(await found()).toBeUndefined();
  });

  test('built here comes before the official one, and fetches no plugins by itself', async () => {
    placeCli(officialInstallation());
    placeCli(builtInstallation());
    expect(await found()).toBe('built');
    expect(pulumiEnvironment()).toMatchObject({
      PULUMI_HOME: builtInstallation().home,
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    });
    expect(pulumiEnvironment()['PATH']?.split(':')[0]).toBe(builtInstallation().bin);
  });

  test('of the system keeps its own home and path', async () => {
    place(join(machine, 'bin', 'pulumi'), 'echo v3.219.0');
    expect(await pulumiTools[0]?.find()).toEqual({
      way: 'system',
      version: '3.219.0',
      where: join(machine, 'bin', 'pulumi'),
    });
    expect(Object.keys(pulumiEnvironment())).toEqual(['PULUMI_SKIP_UPDATE_CHECK']);
  });

  test('of the system is passed over when it is too old', async () => {
    place(join(machine, 'bin', 'pulumi'), 'echo v3.199.9');
    expect(await found()).toBeUndefined();
  });

  test('serves from 3.200 to before 4', () => {
    expect(['3.199.0', '3.200.0', '3.256.0', '4.0.0', 'nonsense'].map(serves)).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('the Go compiler', () => {
  test('is new enough from 1.25.11', () => {
    const printed = ['1.19.8', '1.25.10', '1.25.11', '1.26', '2.0.1'].map(
      (version) => `go version go${version} linux/amd64`,
    );
    expect(printed.map(isNewEnough)).toEqual([false, false, true, true, true]);
    expect(isNewEnough('')).toBe(false);
  });
});

describe('a download', () => {
  const content = Buffer.from('archive');
  const sum = createHash('sha256').update(content).digest('hex');

  test('is taken when the list of checksums vouches for it', () => {
    expect(() =>
      requireChecksum('b.tar.gz', content, `${'0'.repeat(64)}  a.tar.gz\n${sum}  b.tar.gz\n`),
    ).not.toThrow();
  });

  test('is refused when it differs, and when it is not listed', () => {
    expect(() => requireChecksum('b.tar.gz', content, `${'0'.repeat(64)}  b.tar.gz`)).toThrow(
      /has the checksum/,
    );
    expect(() => requireChecksum('b.tar.gz', content, `${sum}  a.tar.gz`)).toThrow(
      /is not in the list/,
    );
  });
});

describe('a step of the toolchain', () => {
  const shell = (script: string) => ({
    doing: 'trying',
    command: '/bin/sh',
    args: ['-c', script],
    remedy: 'look',
  });

  test('reports its beginning and its end', async () => {
    const said: string[] = [];
    await run(shell('true'), (line) => said.push(line));
    expect(said).toEqual(['trying', expect.stringMatching(/^trying: done in \d+ s$/)]);
  });

  test('fails with what the program said last and with a remedy', async () => {
    const failure: unknown = await run(shell('echo no space left >&2; exit 3'), () => {}).catch(
      (error: unknown) => error,
    );
    expect(failure).toBeInstanceOf(CommandError);
    expect(failure).toMatchObject({
      message: 'trying: ended with exit code 3\nno space left',
      remedy: 'look',
    });
  });

  test('fails when its program is not there', async () => {
    const step = { ...shell(''), command: join(machine, 'absent') };
    await expect(run(step, () => {})).rejects.toThrow(/ENOENT/);
  });
});
