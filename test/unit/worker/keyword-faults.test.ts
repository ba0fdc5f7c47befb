import { expect, test } from 'vitest';

import { toKeywordIndexError } from '../../../worker/keywords/faults.ts';
import { refuseNetworkFileSystem } from '../../../worker/keywords/schema.ts';

test.each([
  ['a full disk', { errcode: 13 }, 'KEYWORDS_FULL', 'away'],
  ['a lock that another connection upgrades', { errcode: 517 }, 'KEYWORDS_LOCKED', 'away'],
  ['a damaged index of words', { errcode: 267 }, 'KEYWORDS_CORRUPT', 'away'],
  ['a file that is none', { errcode: 26 }, 'KEYWORDS_CORRUPT', 'away'],
  ['a volume that is gone', { errcode: 14 }, 'KEYWORDS_VOLUME', 'away'],
  ['a folder of somebody else', { code: 'EACCES' }, 'KEYWORDS_VOLUME', 'away'],
  ['a full disk, by the file system', { code: 'ENOSPC' }, 'KEYWORDS_FULL', 'away'],
  ['a statement that is wrong', { errcode: 1 }, 'KEYWORDS_ERROR', 'retryable'],
])('%s', (_, properties, code, kind) => {
  expect(toKeywordIndexError(Object.assign(new Error('words'), properties))).toMatchObject({
    code,
    kind,
    message: 'keyword index: words',
  });
});

test.each([
  [0x6969, 'NFS'],
  [0xff534d42, 'CIFS'],
  [0x01021997, '9p'],
])('a network file system (%i) is refused by name', (type, name) => {
  expect(() => refuseNetworkFileSystem('/app/data/bm25', type)).toThrow(
    expect.objectContaining({ code: 'KEYWORDS_NETWORK', message: expect.stringContaining(name) }),
  );
});
test('a local one is not', () =>
  expect(() => refuseNetworkFileSystem('/app/data/bm25', 0xef53)).not.toThrow());
