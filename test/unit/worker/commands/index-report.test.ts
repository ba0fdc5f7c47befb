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

test.each([
  ['files are gone', [], undefined],
  ['files are gone', ['.png', 'without an ending', 'no regular file'], undefined],
  ['files are gone or left out', ['.png', 'by --exclude'], undefined],
  ['files are gone or left out', ['by .gitignore'], undefined],
  ['files are gone or left out', ['in node_modules'], undefined],
  ['files are gone or left out or have another URL now', ['hidden'], 1],
])('the report says of documents that their %s, with %j left out', (whose, kinds, withFile) => {
  const leftOut = kinds.map((kind) => ({ kind, count: 1, paths: ['a'] }));
  const gone = {
    count: 2,
    urls: ['file://guide/a'],
    command: './pulse',
    ...(withFile && { withFile }),
  };
  const say = (deleted: boolean) =>
    formatFolder({ label: 'guide', leftOut, gone: { ...gone, deleted }, earlier: null }).at(-2);
  expect(say(false)).toBe(
    `2 are indexed whose ${whose}, such as file://guide/a; delete them: ./pulse`,
  );
  expect(say(true)).toBe(`2 deleted, whose ${whose}`);
});
