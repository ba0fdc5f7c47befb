import { totalmem } from 'node:os';

import { expect, test } from 'vitest';

import { readMemory } from '../../../worker/memory.ts';
import { makeFolder } from '../../harness/folder-of-files.ts';

const mebibyte = 2 ** 20;
const bytes = (mebibytes: number): string => `${mebibytes * mebibyte}\n`;

const version2 = (limit: string): Record<string, string> => ({
  'memory.current': bytes(300),
  'memory.max': limit,
  'memory.stat': `anon 1\nactive_file ${bytes(70)}inactive_file ${bytes(50)}slab 2\n`,
});

const version1 = (limit: string): Record<string, string> => ({
  'memory/memory.usage_in_bytes': bytes(300),
  'memory/memory.limit_in_bytes': limit,
  'memory/memory.stat': `inactive_file ${bytes(10)}total_inactive_file ${bytes(50)}`,
});

test.each([
  ['version 1', version1(bytes(512))],
  ['version 2', version2(bytes(512))],
  ['version 2 beside version 1', { ...version1(bytes(400)), ...version2(bytes(512)) }],
  ['version 1 beside an empty version 2', { ...version1(bytes(512)), 'unified/cgroup.procs': '' }],
])('file cache that is given back is not counted: %s', async (_, files) => {
  expect(await readMemory(makeFolder(files))).toEqual({ memoryMiB: 250, memoryLimitMiB: 512 });
});

test.each([
  ['version 1 without a limit', version1('9223372036854771712\n')],
  ['version 2 without a limit', version2('max\n')],
  ['a limit above what the machine has', version2(`${totalmem() + 1}\n`)],
  ['no control group', {}],
])("without a limit it is the process's own: %s", async (_, files) => {
  const { memoryMiB, memoryLimitMiB } = await readMemory(makeFolder(files));
  expect(memoryLimitMiB).toBeNull();
  expect(memoryMiB / (process.memoryUsage.rss() / mebibyte)).toBeCloseTo(1, 0);
});
