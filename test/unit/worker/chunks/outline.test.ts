import { expect, test } from 'vitest';

import { splitText } from '../../../../worker/chunks/split.ts';
import { measureGrowth } from '../../../harness/growth.ts';
import { additive } from './counters.ts';

const split = (text: string) => splitText(text, { limit: 60, overlap: 0 }, additive);

test.each([
  ['data behind a sign', 'ab '.repeat(50_000).trim()],
  ['a thousand pictures', `x${'👩'.repeat(1_000)}`],
])('of a heading that is %s the chunks below have the beginning', async (_what, title) => {
  const chunks = await split(`# ${title}\n\n${'word '.repeat(1_000)}`);
  const last = chunks.at(-1)?.headings[0] ?? '';
  expect(last.length).toBe(1_000);
  expect(title.startsWith(last.slice(0, 999))).toBe(true);
  expect(last.isWellFormed()).toBe(true);
  expect(chunks.map(({ text }) => text).join(' ')).toContain(title.slice(-20));
});

test.each([
  ['# a', 'a'],
  ['# a #', 'a'],
  ['# a ##  ', 'a'],
  ['## a # b \t ###', 'a # b'],
  ['# a#', 'a#'],
  ['# #', '#'],
  ['# C# #', 'C#'],
])('the heading %j is called %j', async (line, title) => {
  const [chunk] = await split(`${line}\n\ntext`);
  expect(chunk?.headings).toEqual([title]);
});

test('a heading with many blanks is read in time that grows with its length', async () => {
  const growth = await measureGrowth(20_000, (length) =>
    split(`# a${' '.repeat(length)}b\n\ntext`),
  );
  expect(growth).toBeLessThan(5);
});
