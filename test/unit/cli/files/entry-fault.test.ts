import { expect, test } from 'vitest';

import { describeFault, EntryFault } from '../../../../cli/files/entry-fault.ts';

test.each([
  ['says itself', new EntryFault('is empty'), 'is empty'],
  [
    'has for the file system',
    Object.assign(new Error('open'), { code: 'EACCES' }),
    'may not be read by this user (EACCES)',
  ],
  [
    'has for V8',
    new RangeError('Maximum call stack size exceeded'),
    'is too long or has too many levels to be read',
  ],
  [
    'has for Node',
    Object.assign(new RangeError('too large'), { code: 'ERR_FS_FILE_TOO_LARGE' }),
    'too large (ERR_FS_FILE_TOO_LARGE)',
  ],
])('an error of one file means what it %s', (_what, error, described) => {
  expect(describeFault(error)).toBe(described);
});

test('any other error ends the command', () => {
  const error = new TypeError('no function');
  expect(() => describeFault(error)).toThrow(error);
});
