import { expect, test } from 'vitest';

import { splitText } from '../../../../worker/chunks/split.ts';
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
  const measure = async (count: number, times: number): Promise<number> => {
    const text = `# a${' '.repeat(count)}b\n\ntext`;
    const before = process.cpuUsage();
    for (let time = 0; time < times; time += 1) await split(text);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  await measure(2_000, 1);
  // As many blanks. Where the time grows with the square, the long line takes ten times as long.
  const [short, long] = [await measure(2_000, 10), await measure(20_000, 1)];
  expect(long / short).toBeLessThan(5);
});
