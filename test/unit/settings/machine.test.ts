import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

import { settingRows } from '../../../settings.ts';
import {
  applyMachineSettings,
  machineSettingsFile,
  readMachineSettings,
} from '../../../settings/machine.ts';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pulse-machine-'));
});

afterEach(() => rmSync(root, { recursive: true }));

function write(text: string): void {
  mkdirSync(dirname(join(root, machineSettingsFile)), { recursive: true });
  writeFileSync(join(root, machineSettingsFile), text);
}

test('a machine without settings of its own has none', () =>
  expect(readMachineSettings(root)).toEqual({}));

test('the settings of a machine are read as they were written', () => {
  write('{"redisImage":"pulse-local/redis:7"}');
  expect(readMachineSettings(root)).toEqual({ redisImage: 'pulse-local/redis:7' });
});

test.each(['{"redisImage":', '["redis"', '{"redisImage":7}', 'null'])(
  'machine settings that are %s are refused with the file to remove',
  (text) => {
    write(text);
    expect(() => readMachineSettings(root)).toThrow(join(root, machineSettingsFile));
  },
);

test("a machine's setting replaces a default, and a stack's own setting replaces both", () => {
  const machine = { redisImage: 'local/redis', postgresImage: 'local/postgres' };
  const texts = { redisImage: settingRows.redisImage.default!, workerReplicas: '2' };
  expect(applyMachineSettings(texts, machine)).toEqual({
    redisImage: 'local/redis',
    postgresImage: 'local/postgres',
    workerReplicas: '2',
  });
  expect(applyMachineSettings({ redisImage: 'own/redis' }, machine)).toEqual({
    redisImage: 'own/redis',
    postgresImage: 'local/postgres',
  });
});
