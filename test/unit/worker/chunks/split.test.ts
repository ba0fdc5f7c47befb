import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { TokenCounter } from '../../../../worker/chunks/counter.ts';
import type { ChunkSize } from '../../../../worker/chunks/cut.ts';
import { splitText } from '../../../../worker/chunks/split.ts';
import type { Chunk } from '../../../../worker/chunks/split.ts';
import { textToEmbed } from '../../../../worker/chunks/table-header.ts';
import { additive, joining, samplePages } from './counters.ts';

const markdown = fc
  .array(
    fc.oneof(
      fc.lorem({ maxCount: 40, mode: 'sentences' }),
      fc.constantFrom(
        '\n',
        '\n\n',
        '\n# One\n',
        '\n## Two\n\n',
        '\n### Three\n',
        '\nOne\n===\n',
        '\n```sh\n# none\n',
        '\n```\n',
        '\n| a | b |\n| --- | --- |\n',
        '| 1 | 2 |\n',
        '\n- item\n',
        '\n  - nested\n',
        '    code\n',
        '\t',
        '  ',
        '日本語。',
        '👩‍👧',
        '\r\n',
      ),
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.nat(300).map((length) => 'x'.repeat(length)),
    ),
    { maxLength: 40 },
  )
  .map((parts) => parts.join(''));
const sizes = fc
  .record({ limit: fc.integer({ min: 8, max: 120 }), overlap: fc.nat(40) })
  .map(({ limit, overlap }) => ({ limit, overlap: Math.min(overlap, limit / 2) }));

async function expectWhole(text: string, size: ChunkSize, counter: TokenCounter): Promise<Chunk[]> {
  const chunks = await splitText(text, size, counter);
  let covered = 0;
  for (const { index, start, end, text: slice, prefix } of chunks) {
    expect(slice).toBe(text.slice(start, end));
    expect(slice).toBe(slice.trim());
    expect(text.slice(covered, start).trim()).toBe('');
    expect(end).toBeGreaterThan(covered);
    expect(await counter.ofText(slice)).toBeLessThanOrEqual(size.limit);
    expect(await counter.ofText(textToEmbed({ text: slice, prefix }))).toBeLessThanOrEqual(
      size.limit,
    );
    expect(counter.ofUnit(text.slice(start, covered))).toBeLessThanOrEqual(size.overlap);
    expect(chunks[index]?.start).toBe(start);
    covered = end;
  }
  expect(text.slice(covered).trim()).toBe('');
  expect(await splitText(text, size, counter)).toEqual(chunks);
  return chunks;
}

describe('a page in chunks', () => {
  test.each([
    ['add up', additive],
    ['do not add up', joining],
  ])(
    'loses no text, keeps limit and overlap, and is always cut alike, when tokens %s',
    async (_what, counter) => {
      await fc.assert(
        fc.asyncProperty(markdown, sizes, async (text, size) => {
          await expectWhole(text, size, counter);
        }),
        { numRuns: 300 },
      );
    },
  );

  test.each(samplePages)(
    'from the sample %s loses no text and keeps limit and overlap',
    async (_name, text) => {
      await expectWhole(text, { limit: 120, overlap: 20 }, additive);
    },
  );

  test.each(['x', ' ', '\n', '日', '👩', 'ab-', '# \n', '```\n', '|-', '. '])(
    'made of 300,000 characters of %j is cut without hanging',
    async (part) => {
      await expectWhole(part.repeat(300_000 / part.length), { limit: 512, overlap: 50 }, additive);
    },
  );
});

const chunked = async (text: string, limit = 40, overlap = 0): Promise<string[]> =>
  (await splitText(text, { limit, overlap }, additive)).map((chunk) => chunk.text);
const words = (count: number, word = 'word'): string =>
  Array.from({ length: count }, (_, index) => `${word}${index % 10}`).join(' ');

describe('cutting a page', () => {
  test('keeps a section whole that fits, and starts a chunk with the next', async () => {
    const sections = ['# One', '# Two', '# Three'].map((title) => `${title}\n\n${words(25)}`);
    expect(await chunked(sections.join('\n\n'))).toEqual(sections);
  });

  test('lets small neighbouring sections share a chunk until it is half full', async () => {
    const section = (title: string): string => `## ${title}\n\n${words(5)}`;
    const page = ['A', 'B', 'C', 'D', 'E', 'F'].map(section);
    expect(await chunked(page.join('\n\n'))).toEqual([
      page.slice(0, 3).join('\n\n'),
      page.slice(3).join('\n\n'),
    ]);
  });

  test('keeps a small section apart from other parts of the document', async () => {
    expect(await chunked(`# A\n\n${words(30)}\n\n## A1\n\nsmall\n\n# B\n\nsmall`)).toEqual([
      `# A\n\n${words(30)}`,
      '## A1\n\nsmall',
      '# B\n\nsmall',
    ]);
  });

  test('keeps a heading with the text that follows, and ends no chunk with a heading', async () => {
    const chunks = await chunked(
      `# Title\n\n## Part\n\n${words(30)}\n\n${words(30)}\n\n### Sub\n\n${words(30)}`,
    );
    expect(chunks[0]).toMatch(/^# Title\n\n## Part\n\nword0/);
    for (const chunk of chunks) expect(chunk).not.toMatch(/#[^\n]*$/);
  });

  test('gives a chunk the headings above it, also underlined ones, but no # line in code', async () => {
    const text = `# Install\n${words(30)}\n## Linux\n\`\`\`\n# comment\n\`\`\`\n${words(30)}\n\nUse\n===\n${words(30)}`;
    const chunks = await splitText(text, { limit: 60, overlap: 10 }, additive);
    expect(chunks.map(({ headings }) => headings)).toEqual([
      ['Install'],
      ['Install', 'Linux'],
      ['Use'],
    ]);
  });

  test('keeps code that fits in one piece, even when the chunk before it stays small', async () => {
    const code = `\`\`\`sh\n${'echo one two\n'.repeat(10)}\`\`\``;
    expect(await chunked(`${words(6)}.\n\n${code}\n\n${words(30)}`)).toEqual([
      `${words(6)}.`,
      code,
      words(30),
    ]);
  });

  test('cuts code and tables that do not fit between lines', async () => {
    const numbers = Array.from({ length: 30 }, (_, index) => index);
    const rows = numbers.map((number) => `| row ${number} | value |\n`).join('');
    const calls = numbers.map((number) => `call(${number});\n`).join('');
    const table = `| a | b |\n| --- | --- |\n${rows}`;
    const code = `\`\`\`\n${calls}\`\`\``;
    for (const text of [table, code]) {
      const chunks = await chunked(text);
      expect(chunks.length).toBeGreaterThan(2);
      expect(chunks.join('\n')).toBe(text.trim());
    }
  });

  test('cuts a long paragraph between sentences, even when its lines are wrapped', async () => {
    const sentence = 'One two three four\nfive six seven eight nine.';
    for (const chunk of await chunked(Array(12).fill(sentence).join(' ')))
      expect(chunk.replaceAll(sentence, '').trim()).toBe('');
  });

  test('repeats whole sentences within a section if they fit the overlap, or else words', async () => {
    const [first = '', second = ''] = await chunked(
      Array.from({ length: 20 }, (_, index) => `This is sentence ${index}.`).join(' '),
      40,
      8,
    );
    expect(second.startsWith(first.split(/(?<=\.) /).at(-1) as string)).toBe(true);
    const long = await splitText(words(100), { limit: 40, overlap: 8 }, additive);
    expect((long[0] as Chunk).end - (long[1] as Chunk).start).toBe(
      'word2 word3 word4 word5 word6 word7 word8 word9'.length,
    );
  });

  test('repeats nothing of a section in the next one', async () => {
    const sections = ['# One', '# Two'].map((title) => `${title}\n\n${words(30)}`);
    expect(await chunked(sections.join('\n\n'), 40, 20)).toEqual(sections);
  });
});

test('cutting a page ends at its next pause after it is cancelled', async () => {
  let pauses = 0;
  const pause = async (): Promise<void> => {
    if (++pauses > 3) throw new Error('cancelled');
  };
  await expect(
    splitText(`${words(10)}\n\n`.repeat(100), { limit: 40, overlap: 0 }, additive, pause),
  ).rejects.toThrow('cancelled');
});

test('cutting a page fails with the character that has more tokens than a chunk may have', async () => {
  await expect(
    splitText('a b', { limit: 1, overlap: 0 }, { ...additive, ofUnit: () => 2, ofText: () => 2 }),
  ).rejects.toThrow(/"a" has 2 tokens, and a chunk may have 1/);
});

describe('a chunk that begins inside a table', () => {
  const header = '| name | port |';
  const rows = Array.from({ length: 12 }, (_, row) => `| service${row} | ${8000 + row} |`);
  const table = [header, '| --- | --- |', ...rows].join('\n');
  const split = (text: string, limit = 40, overlap = 0) =>
    splitText(text, { limit, overlap }, additive);

  test('has the header row beside it, and stays a slice without it', async () => {
    const page = `# Ports\n\nAll of them.\n\n${table}\n\nText behind the table.`;
    const chunks = await split(page);
    const inside = chunks.filter(({ text }) => text.startsWith('| service'));
    expect(inside.length).toBeGreaterThan(1);
    for (const chunk of inside) {
      expect(chunk.prefix).toBe(header);
      expect(chunk.text).toBe(page.slice(chunk.start, chunk.end));
      expect(chunk.text).not.toContain(header);
    }
    for (const chunk of chunks.filter((one) => !inside.includes(one)))
      expect(chunk).not.toHaveProperty('prefix');
  });

  test('has that of its own table, where one follows another', async () => {
    const other = table.replaceAll('service', 'volume').replace('port', 'size');
    const chunks = await split(`${table}\n\n${other}`);
    const inside = chunks.filter(({ text }) => text.startsWith('| volume'));
    expect(new Set(inside.map(({ prefix }) => prefix))).toEqual(new Set(['| name | size |']));
  });

  test('repeats whole rows of the chunk before, and the header as well', async () => {
    const chunks = await split(table, 60, 15);
    expect(chunks[1]).toMatchObject({ prefix: header, text: expect.stringMatching(/^\| service/) });
    expect(chunks[0]?.text).toContain(chunks[1]?.text.split('\n')[0]);
  });

  test('has as many columns of a long header as fit into half of it', async () => {
    const columns = Array.from({ length: 30 }, (_, column) => `column${column}`);
    const wide = [
      `| ${columns.join(' | ')} |`,
      `|${' --- |'.repeat(30)}`,
      ...Array.from({ length: 3 }, (_, row) => `|${` cell${row} |`.repeat(30)}`),
    ].join('\n');
    const second = (await split(wide, 80)).find(({ text }) => text.includes('cell1'));
    expect(second?.prefix).toMatch(/^\| column0 \|( column\d+ \|)+$/);
    expect(second?.prefix).not.toContain('column29');
    await expectWhole(wide, { limit: 80, overlap: 10 }, additive);
  });

  test.each([
    ['code with bars', `\`\`\`\n${'a | b\n'.repeat(60)}\`\`\``],
    ['lines with bars and no rule', 'a | b\n'.repeat(60)],
  ])('is none in %s', async (_what, text) => {
    for (const chunk of await split(text)) expect(chunk).not.toHaveProperty('prefix');
  });

  test('keeps the limit whatever the sizes', async () => {
    await fc.assert(
      fc.asyncProperty(
        sizes,
        fc.array(fc.array(fc.lorem({ maxCount: 6 }), { minLength: 1, maxLength: 5 }), {
          minLength: 2,
          maxLength: 30,
        }),
        async (size, cells) => {
          const [first = [], ...others] = cells.map((row) => `| ${row.join(' | ')} |`);
          const text = [first, '| --- |', ...others].join('\n');
          for (const counter of [additive, joining]) await expectWhole(text, size, counter);
        },
      ),
      { numRuns: 100 },
    );
  });
});
