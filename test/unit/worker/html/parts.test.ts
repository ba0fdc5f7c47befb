import { expect, test } from 'vitest';

import { withoutBreaksAround } from '../../../../worker/html/parts.ts';
import { measureGrowth } from '../../../harness/growth.ts';

test.each([
  [' a ', ' a '],
  [' a <br> b ', ' a<br>b '],
  ['a<br>\n<br> <br>b', 'a<br>b'],
  [' <br> a', 'a'],
  ['a \n<br>', 'a'],
  ['<br>', ''],
  ['', ''],
])('of the breaks in a cell %j there are left %j', (cell, expected) =>
  expect(withoutBreaksAround(cell)).toBe(expected),
);

test('a cell with many blanks is read in time that grows with its length', async () => {
  const growth = await measureGrowth(15_000, (length) =>
    withoutBreaksAround(`a${' '.repeat(length)}b`),
  );
  expect(growth).toBeLessThan(5);
});
