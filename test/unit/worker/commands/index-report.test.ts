import { expect, test } from 'vitest';

import { formatFolder } from '../../../../worker/commands/index-report.ts';

test('the report of a folder names every kind that was left out, with its number', () => {
  const leftOut = Array.from({ length: 15 }, (_, number) => ({
    kind: `.k${number}`,
    count: 20 - number,
    paths: [`a.k${number}`],
  }));
  const gone = { count: 0, deleted: false, urls: [], command: '' };
  const lines = formatFolder({ label: 'guide', leftOut, gone, earlier: null });
  expect(lines.slice(0, 2)).toEqual(['195 left out:', '  20 .k0: a.k0, …']);
  expect(lines.at(-2)).toBe('  of other kinds: 8 .k12, 7 .k13, 6 .k14');
});
