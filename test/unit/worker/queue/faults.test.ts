import { describe, expect, test } from 'vitest';

import { isPassing, isReplica, toRedisError } from '../../../../worker/queue/faults.ts';

const answer = (message: string, more = {}) =>
  Object.assign(new Error(message), { name: 'ReplyError' }, more);

describe('an answer of Redis', () => {
  test.each([
    ["READONLY You can't write against a read only replica.", 'REDIS_READ_ONLY'],
    ['UNBLOCKED force unblock from blocking operation, instance state changed', 'REDIS_READ_ONLY'],
    [
      "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is 'no'.",
      'REDIS_READ_ONLY',
    ],
    ['LOADING Redis is loading the dataset in memory', 'REDIS_ANSWER'],
    ['LOADING Valkey is loading the dataset in memory', 'REDIS_ANSWER'],
    ['TRYAGAIN Multiple keys request during rehashing of slot', 'REDIS_ANSWER'],
    ['CLUSTERDOWN The cluster is down', 'REDIS_ANSWER'],
    ['BUSY Redis is busy running a script.', 'REDIS_ANSWER'],
    ['UNKILLABLE Sorry the script already executed write commands', 'REDIS_ANSWER'],
    ['NOREPLICAS Not enough good replicas to write.', 'REDIS_ANSWER'],
    ["OOM command not allowed when used memory > 'maxmemory'.", 'REDIS_ANSWER'],
    ['MISCONF Redis is configured to save RDB snapshots, but it is unable to', 'REDIS_ANSWER'],
    ["NOPERM User pulse has no permissions to run the 'evalsha' command", 'REDIS_RIGHTS'],
    ['ERR ACL failure in script: User pulse has no permissions to run', 'REDIS_RIGHTS'],
    [
      "ERR Error running script (call to f_1): @user_script:7: @user_script: 7: -READONLY You can't",
      'REDIS_READ_ONLY',
    ],
    ['ERR Error running script (call to f_1): @user_script: 70: -OOM command not', 'REDIS_ANSWER'],
  ])('%s is %s, and the command is sent again', (message, code) => {
    expect(toRedisError(answer(message))).toMatchObject({ code, kind: 'away' });
    expect(isPassing(answer(message))).toBe(true);
  });

  test.each([
    ['WRONGPASS invalid username-password pair or user is disabled.', 'REDIS_AUTH'],
    ['NOAUTH Authentication required.', 'REDIS_AUTH'],
    ['ERR invalid password', 'REDIS_AUTH'],
    ['ERR AUTH <password> called without any password configured', 'REDIS_AUTH'],
    ['WRONGTYPE Operation against a key holding the wrong kind of value', 'REDIS_ANSWER'],
    ['ERR max number of clients reached', 'REDIS_ANSWER'],
    ['MOVED 3999 127.0.0.1:6381', 'REDIS_ANSWER'],
  ])('%s is %s, and fails no document', (message, code) => {
    expect(toRedisError(answer(message))).toMatchObject({ code, kind: 'away' });
    expect(isPassing(answer(message))).toBe(false);
  });

  test('to a transaction is that of its first command which was refused', () => {
    const message = 'EXECABORT Transaction discarded because of previous errors.';
    const refused = answer(message, { previousErrors: [answer('READONLY You cannot write')] });
    expect(toRedisError(refused)).toMatchObject({ code: 'REDIS_READ_ONLY', kind: 'away' });
    expect(isReplica(refused)).toBe(true);
  });

  test.each([
    ['CERT_HAS_EXPIRED', 'REDIS_ANSWER', 'away'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'REDIS_ANSWER', 'away'],
    ['EMFILE', 'REDIS_UNREACHABLE', 'away'],
    ['ENOENT', 'REDIS_UNREACHABLE', 'away'],
    ['ERR_SSL_NO_PROTOCOLS_AVAILABLE', 'REDIS_UNREACHABLE', 'away'],
    ['ERR_INVALID_ARG_TYPE', 'REDIS_ANSWER', 'retryable'],
  ])('is none where the system or TLS gives %s, which is %s and %s', (system, code, kind) => {
    const error = Object.assign(new Error('words'), { code: system });
    expect(toRedisError(error)).toMatchObject({ code, kind });
  });

  test('is not what BullMQ finds wrong itself', () => {
    expect(toRedisError(new Error('READONLY is no word of Redis here'))).toMatchObject({
      code: 'REDIS_ANSWER',
      kind: 'retryable',
    });
  });
});
