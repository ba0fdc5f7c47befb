import { expect, test } from 'vitest';

import { withoutBreaksAround } from '../../../../worker/html/parts.ts';

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

test('a cell with many blanks is read in time that grows with its length', () => {
  const measure = (count: number, times: number): number => {
    const cell = `a${' '.repeat(count)}b`;
    const before = process.cpuUsage();
    for (let time = 0; time < times; time += 1) withoutBreaksAround(cell);
    const { user, system } = process.cpuUsage(before);
    return user + system + 1_000;
  };
  measure(1_000, 1);
  // As many blanks. Where the time grows with the square, the long cell takes ten times as long.
  const [short, long] = [measure(1_500, 10), measure(15_000, 1)];
  expect(long / short).toBeLessThan(5);
});
