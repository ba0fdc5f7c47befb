import { expect, test } from 'vitest';

import type { TokenCounter } from '../../../../worker/chunks/counter.ts';
import { splitText } from '../../../../worker/chunks/split.ts';
import { additive } from './counters.ts';

/** Counts the characters whose tokens were counted in texts, which is what takes time. */
async function split(text: string): Promise<{ prefixes: Set<string>; counted: number }> {
  let counted = 0;
  const counter: TokenCounter = {
    ...additive,
    ofText: (part) => {
      counted += part.length;
      return additive.ofText(part);
    },
  };
  const chunks = await splitText(text, { limit: 60, overlap: 0 }, counter);
  return { prefixes: new Set(chunks.map(({ prefix = '' }) => prefix)), counted };
}

test('of a header row of 300 columns no more is counted than may stand beside a chunk', async () => {
  const row = (cell: string): string => `|${` ${cell} |`.repeat(300)}`;
  const { prefixes, counted } = await split([row('a'), row('---'), row('b')].join('\n'));
  expect(prefixes).toEqual(new Set(['', `|${' a |'.repeat(14)}`]));
  expect(counted).toBeLessThan(20_000);
});

test('the header row of a table is counted once for all of its chunks', async () => {
  const header = `|${' a |'.repeat(50)}`;
  const table = (rows: number): string =>
    [header, `|${' --- |'.repeat(50)}`, ...Array(rows).fill('| one | two |')].join('\n');
  const [few, many] = [await split(table(100)), await split(table(1_000))];
  expect(many.prefixes).toEqual(new Set(['', `|${' a |'.repeat(14)}`]));
  expect(many.counted - few.counted).toBeLessThan(header.length);
});

const long = 'x'.repeat(100_000);

test.each([
  ['of two columns', '| a | b |', '| a | b |'],
  ['without bars around it', 'a | b', 'a | b'],
  ['without a bar at its end', '|a|b', '|a|b'],
  ['with empty cells', '| a | | c ||', '| a | | c ||'],
  ['with a long cell', `| a | b | ${'c '.repeat(40)}|`, '| a | b |'],
  ['that ends in a long cell', `a | b | ${'c '.repeat(400)}`, 'a | b |'],
  ['with a long word', `a | ${long} | c`, 'a |'],
  ['that begins with a long word', `${long} | c`, ''],
  ['that is empty', '|  | \u00A0 |', ''],
])('a header row %s stands beside a chunk as far as it fits', async (_what, header, prefix) => {
  const rows = Array(30).fill('| one | two |').join('\n');
  const { prefixes, counted } = await split(`${header}\n|---|---|\n${rows}`);
  expect(prefixes).toEqual(new Set(['', prefix]));
  expect(counted).toBeLessThan(2 * long.length);
});

test('a header row within a quotation stands beside a chunk without the sign of it', async () => {
  const table = ['| a | b |', '|---|---|', ...Array<string>(30).fill('| one | two |')];
  const { prefixes } = await split(`It says:\n\n${table.map((row) => `> ${row}`).join('\n')}`);
  expect(prefixes).toEqual(new Set(['', '| a | b |']));
});
