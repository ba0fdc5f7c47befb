import { describe, expect, test } from 'vitest';

import { comparePairs, formatComparison, parseMeasurement } from '../../../bench/comparison.ts';
import { median } from '../../../bench/median.ts';

const row = (measured: string, is: string, processorTime?: string) => ({
  measured,
  is,
  wanted: '',
  ...(processorTime === undefined ? {} : { processorTime }),
});

test('the median of an odd number is the middle value, of an even one the mean of two', () => {
  expect(median([9, 1, 5])).toBe(5);
  expect(median([9, 1, 5, 7])).toBe(6);
  expect(() => median([])).toThrow(RangeError);
});

test.each([
  ['100 a second', 100, 'a second'],
  ['4.5 ms', 4.5, 'ms'],
  ['0.77 x', 0.77, 'x'],
  ['50,000 chunks', 50_000, 'chunks'],
  ['1500 ms or less', 1500, 'ms or less'],
])('"%s" is the number %d and a unit', (text, value, unit) => {
  expect(parseMeasurement('m', text)).toEqual({ measured: 'm', value, unit });
});

test.each(['', 'none', '-'])('"%s" holds no number', (text) => {
  expect(parseMeasurement('m', text)).toBeUndefined();
});

describe('pairs of runs', () => {
  test('give the median of their ratios, not the ratio of their medians', () => {
    const { pairs, compared } = comparePairs([
      { own: [row('up', '10 s')], other: [row('up', '10 s')] },
      { own: [row('up', '30 s')], other: [row('up', '20 s')] },
      { own: [row('up', '50 s')], other: [row('up', '100 s')] },
    ]);
    expect(pairs).toBe(3);
    expect(compared).toEqual([
      { measured: 'up', unit: 's', own: 30, other: 20, ratio: 1, lowest: 0.5, highest: 1.5 },
    ]);
  });

  test('compare processor time as a row of its own', () => {
    const { compared } = comparePairs([
      { own: [row('up', '10 s', '9 s')], other: [row('up', '5 s', '12 s')] },
    ]);
    expect(compared.map(({ measured, ratio }) => [measured, ratio])).toEqual([
      ['up', 2],
      ['up: processor time', 0.75],
    ]);
  });

  test('list what one side alone has, what one run lacks, and what changed its unit', () => {
    const { compared, ownOnly, otherOnly } = comparePairs([
      {
        own: [row('same', '1 s'), row('new', '1 s'), row('start', '400 ms'), row('some', '1 s')],
        other: [row('same', '1 s'), row('old', '1 s'), row('start', '0.5 s'), row('some', '1 s')],
      },
      { own: [row('same', '2 s')], other: [row('same', '1 s')] },
    ]);
    expect(compared.map(({ measured }) => measured)).toEqual(['same']);
    expect(ownOnly).toEqual(['new (s)', 'start (ms)', 'some (s)']);
    expect(otherOnly).toEqual(['old (s)', 'start (s)', 'some (s)']);
  });

  test('call two values equal that are both too small to be seen', () => {
    const [none] = comparePairs([
      { own: [row('idle', '0.0 ms')], other: [row('idle', '0.0 ms')] },
    ]).compared;
    expect(none?.ratio).toBe(1);
  });
});

describe('a printed comparison', () => {
  const comparison = comparePairs([
    { own: [row('up', '10 s'), row('new', '1 s')], other: [row('up', '8 s')] },
  ]);
  const sides = { own: 'this tree', other: '84aa6d347f81' };

  test('names the sides, the ratio with its spread and what was not compared', () => {
    const text = formatComparison(comparison, sides, { json: false });
    expect(text).toContain('1 pair of runs: no spread; ratio: this tree divided by 84aa6d347f81');
    expect(text).toMatch(/^MEASURED {2}84AA6D347F81 +THIS TREE +RATIO +LOWEST +HIGHEST$/m);
    expect(text).toMatch(/^up +8 s +10 s +1\.25 +1\.25 +1\.25$/m);
    expect(text).toContain('not compared, this tree alone:\n  new (s)');
  });

  test('is the same as data with --json', () => {
    const data: unknown = JSON.parse(formatComparison(comparison, sides, { json: true }));
    expect(data).toMatchObject({ sides, ...comparison });
    expect(data).toHaveProperty('machine');
  });
});
