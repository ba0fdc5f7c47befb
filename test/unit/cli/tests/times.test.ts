import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, test } from 'vitest';

import type { TestFile } from '../../../../cli/tests/reporter.ts';
import {
  formatGroups,
  formatTimes,
  listFiles,
  readWaits,
  sumByGroup,
  sumWaits,
} from '../../../../cli/tests/times.ts';

function ran(group: string, file: string, startedAt: number, endedAt: number): TestFile {
  return { group, file, startedAt, endedAt, tests: 2, importMs: 500 };
}

const files = [
  ran('unit', 'test/unit/one.test.ts', 1_000, 3_000),
  ran('deploy', 'test/deploy/stack.test.ts', 2_000, 126_000),
  ran('unit', 'test/unit/other.test.ts', 4_000, 32_000),
];

test('a group takes from the start of its first file to the end of its last one', () => {
  expect(sumByGroup(files)).toEqual([
    { group: 'unit', seconds: 31 },
    { group: 'deploy', seconds: 124 },
  ]);
});

test('the time of each group and of the whole is one line', () => {
  const groups = [...sumByGroup(files), { group: 'whole', seconds: 125.4 }];
  expect(formatGroups(groups, 2)).toBe('unit 31 s, deploy 2 min 4 s, whole 2 min 5 s, on 2 cores');
  expect(formatGroups([{ group: 'check', seconds: 59.6 }], 1)).toBe('check 1 min 0 s, on 1 core');
});

test('the slowest file and the longest wait come first', () => {
  const waits = [
    { what: './pulse up', ms: 20_000 },
    { what: 'start of stores', ms: 4_000 },
    { what: './pulse up', ms: 30_040 },
  ];
  expect(formatTimes(listFiles(files), sumWaits(waits, files))).toBe(
    `
FILE                       TESTS  SECONDS
test/deploy/stack.test.ts      2      124
test/unit/other.test.ts        2       28
test/unit/one.test.ts          2        2

WAITS FOR              COUNT  SECONDS
./pulse up                 2       50
start of stores            1        4
import of a test file      3      1.5

Tests run side by side: their waits add up to more than the run took.`.trimStart(),
  );
});

test('the waits of every process are read, one JSON line each', () => {
  const folder = mkdtempSync(join(tmpdir(), 'pulse-waits-'));
  try {
    writeFileSync(join(folder, '1.jsonl'), '{"what":"a","ms":1}\n{"what":"b","ms":2}\n');
    writeFileSync(join(folder, '2.jsonl'), '{"what":"a","ms":3}\n');
    expect(readWaits(folder)).toEqual([
      { what: 'a', ms: 1 },
      { what: 'b', ms: 2 },
      { what: 'a', ms: 3 },
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
