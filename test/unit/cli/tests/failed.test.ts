import { expect, test } from 'vitest';

import { summarizeError } from '../../../../cli/tests/reporter.ts';

test('a failed test is told with its first lines and with those that name an error', () => {
  const output = ['pulumi up ended with 1', '', 'Updating (dev)', 'one', 'two', '', 'three'];
  const cause = '    error: tei FAILED: the embedding has 33 numbers';
  expect(summarizeError([...output, cause, 'Duration: 37s'].join('\n'))).toEqual([
    'pulumi up ended with 1',
    'Updating (dev)',
    'one',
    cause,
  ]);
});

test('a failed test is told in twelve lines at most', () => {
  expect(summarizeError('error: a\n'.repeat(100))).toHaveLength(12);
});
