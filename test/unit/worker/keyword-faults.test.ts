import { expect, test } from 'vitest';

import { toKeywordIndexError } from '../../../worker/keywords/faults.ts';
import { refuseNetworkFileSystem } from '../../../worker/keywords/schema.ts';

test.each([
  ['a full disk', { errcode: 13 }, 'KEYWORDS_FULL', 'away'],
  ['a lock that another connection upgrades', { errcode: 517 }, 'KEYWORDS_LOCKED', 'away'],
  ['a damaged full-text index', { errcode: 267 }, 'KEYWORDS_CORRUPT', 'away'],
  ['a file that is not a database', { errcode: 26 }, 'KEYWORDS_CORRUPT', 'away'],
  ['a missing volume', { errcode: 14 }, 'KEYWORDS_VOLUME', 'away'],
  ['a folder of another user', { code: 'EACCES' }, 'KEYWORDS_VOLUME', 'away'],
  ['a full disk that the file system reports', { code: 'ENOSPC' }, 'KEYWORDS_FULL', 'away'],
  ['a wrong statement', { errcode: 1 }, 'KEYWORDS_ERROR', 'retryable'],
])('the keyword index reports %s with its own code', (_, properties, code, kind) => {
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
])('the keyword index refuses the network file system %i by its name', (type, name) => {
  expect(() => refuseNetworkFileSystem('/app/data/bm25', type)).toThrow(
    expect.objectContaining({ code: 'KEYWORDS_NETWORK', message: expect.stringContaining(name) }),
  );
});
test('the keyword index accepts a local file system', () =>
  expect(() => refuseNetworkFileSystem('/app/data/bm25', 0xef53)).not.toThrow());
