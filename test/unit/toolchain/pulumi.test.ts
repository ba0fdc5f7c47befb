import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { requireChecksum } from '../../../toolchain/pulumi/official.ts';
import { cli } from '../../../toolchain/pulumi/parts.ts';
import {
  cachedInstallation,
  executable,
  officialInstallation,
} from '../../../toolchain/pulumi/places.ts';
import type { Installation } from '../../../toolchain/pulumi/places.ts';
import { createPulumi, isSupportedCli } from '../../../toolchain/pulumi/pulumi.ts';

let machine: string;

const builtInstallation = () => cachedInstallation('built', 'some-recipe');
const pulumi = createPulumi({
  installation: builtInstallation,
  methodFor: () => ({
    origin: 'built',
    isTried: true,
    findObstacle: async () => undefined,
    install: async () => {},
  }),
  byHand: 'install a compiler',
});

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

const found = async () => (await pulumi.tools[0]?.find())?.origin;

describe('the pulumi program', () => {
  test('is missing when none was installed', async () => {
    expect(await found()).toBeUndefined();
  });

  test('that was built here is preferred to the official one and downloads no plugins', async () => {
    placeCli(officialInstallation());
    placeCli(builtInstallation());
    expect(await found()).toBe('built');
    expect(pulumi.environment()).toMatchObject({
      PULUMI_HOME: builtInstallation().home,
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true',
    });
    expect(pulumi.environment()['PATH']?.split(':')[0]).toBe(builtInstallation().bin);
  });

  test('that the system has keeps its own home and path', async () => {
    place(join(machine, 'bin', 'pulumi'), 'echo v3.219.0');
    expect(await pulumi.tools[0]?.find()).toEqual({
      origin: 'system',
      version: '3.219.0',
      where: join(machine, 'bin', 'pulumi'),
    });
    expect(Object.keys(pulumi.environment())).toEqual(['PULUMI_SKIP_UPDATE_CHECK']);
  });

  test('that the system has is ignored when it is too old', async () => {
    place(join(machine, 'bin', 'pulumi'), 'echo v3.199.9');
    expect(await found()).toBeUndefined();
  });

  test('is accepted from version 3.200 to before 4', () => {
    expect(['3.199.0', '3.200.0', '3.256.0', '4.0.0', 'nonsense'].map(isSupportedCli)).toEqual([
      false,
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('a download', () => {
  const content = Buffer.from('archive');
  const sum = createHash('sha256').update(content).digest('hex');

  test('is accepted when its checksum is in the list', () => {
    expect(() =>
      requireChecksum('b.tar.gz', content, `${'0'.repeat(64)}  a.tar.gz\n${sum}  b.tar.gz\n`),
    ).not.toThrow();
  });

  test('is refused when its checksum differs or is not listed', () => {
    expect(() => requireChecksum('b.tar.gz', content, `${'0'.repeat(64)}  b.tar.gz`)).toThrow(
      /has the checksum/,
    );
    expect(() => requireChecksum('b.tar.gz', content, `${sum}  a.tar.gz`)).toThrow(
      /is not in the list/,
    );
  });
});
