import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test, vi } from 'vitest';

import { toKeywordIndexError } from '../../../worker/keywords/faults.ts';
import { openIndexFile } from '../../../worker/keywords/schema.ts';

test.each([
  ['a full disk', { errcode: 13 }, 'KEYWORDS_FULL', 'away'],
  ['a lock that another connection upgrades', { errcode: 517 }, 'KEYWORDS_LOCKED', 'away'],
  ['a damaged full-text index', { errcode: 267 }, 'KEYWORDS_CORRUPT', 'away'],
  ['a file that is not a database', { errcode: 26 }, 'KEYWORDS_CORRUPT', 'away'],
  ['a missing volume', { errcode: 14 }, 'KEYWORDS_VOLUME', 'away'],
  ['a folder of another user', { code: 'EACCES' }, 'KEYWORDS_VOLUME', 'away'],
  ['a full disk that the file system reports', { code: 'ENOSPC' }, 'KEYWORDS_FULL', 'away'],
  ['no memory', { errcode: 7 }, 'KEYWORDS_ERROR', 'away'],
  ['a race for the log', { errcode: 15 }, 'KEYWORDS_LOCKED', 'away'],
  ['a file system without large files', { errcode: 22 }, 'KEYWORDS_VOLUME', 'away'],
  ['a row that is too big', { errcode: 18 }, 'KEYWORDS_ERROR', 'retryable'],
  ['a wrong statement', { errcode: 1 }, 'KEYWORDS_ERROR', 'retryable'],
])('the keyword index reports %s with its own code', (_, properties, code, kind) => {
  expect(toKeywordIndexError(Object.assign(new Error('words'), properties))).toMatchObject({
    code,
    kind,
    message: 'keyword index: words',
  });
});

/** @returns a new folder, while statfs(2) gives this type for every folder */
function makeFolderOf(type: number): string {
  const folder = fs.mkdtempSync(join(tmpdir(), 'pulse-keywords-'));
  const statfs = vi
    .spyOn(fs, 'statfsSync')
    .mockReturnValue({ type } as fs.StatsFs & fs.BigIntStatsFs);
  syncBuiltinESMExports();
  onTestFinished(() => {
    statfs.mockRestore();
    syncBuiltinESMExports();
    fs.rmSync(folder, { recursive: true });
  });
  return folder;
}

test.each([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0x01021997, '9p'],
])('the keyword index refuses the network file system %i by its name', (type, name) => {
  const folder = makeFolderOf(type);
  expect(() => openIndexFile(folder)).toThrow(
    expect.objectContaining({ code: 'KEYWORDS_NETWORK', message: expect.stringContaining(name) }),
  );
  expect(fs.readdirSync(folder)).toEqual([]);
});
test('the keyword index accepts a local file system', () => {
  const folder = makeFolderOf(0xef53);
  expect(() => openIndexFile(folder).close()).not.toThrow();
});
