import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { readWaits, waitsVariable } from '../../../cli/tests/times.ts';
import { timed } from '../../harness/timed.ts';

let folder: string;
const waits = () => readWaits(folder).map(({ what }) => what);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pulse-waits-'));
  vi.stubEnv(waitsVariable, folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test('a wait is recorded with its result handed on', async () => {
  expect(await timed('./pulse up', async () => 'done')).toBe('done');
  expect(readWaits(folder)).toEqual([{ what: './pulse up', ms: expect.any(Number) }]);
});

test('a wait that fails is recorded too', async () => {
  await expect(timed('a worker', () => Promise.reject(new Error('ended')))).rejects.toThrow(
    'ended',
  );
  expect(waits()).toEqual(['a worker']);
});

test('a wait within another one counts as part of that', async () => {
  await timed('stores', async () => {
    await Promise.all(['postgres', 'redis'].map((one) => timed(one, () => Promise.resolve())));
  });
  expect(waits()).toEqual(['stores']);
});
