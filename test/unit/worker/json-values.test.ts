import { gzipSync } from 'node:zlib';

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import type { Entry } from '../../../worker/commands/entries.ts';
import { readRecords } from '../../../worker/commands/read-records.ts';

const one = { url: 'https://a.example/1', markdown: 'One, with "quotes", [brackets] and \\ { }' };
const two = { url: 'https://a.example/2', markdown: 'Two\nlines – é' };

async function read(...parts: (Buffer | string)[]): Promise<Entry[]> {
  async function* stream() {
    for (const part of parts) yield Buffer.from(part as string);
  }
  const entries: Entry[] = [];
  for await (const entry of readRecords(stream())) entries.push(entry);
  return entries;
}
const valuesOf = (entries: readonly Entry[]) =>
  entries.map((entry) => ('value' in entry ? entry.value : entry.problem));

const lines = `${JSON.stringify(one)}\n${JSON.stringify(two)}\n`;
const listed = `${JSON.stringify(one)},\n${JSON.stringify(two)}`;
const writeHanging = ({ url, markdown }: typeof one) =>
  `{ "url": ${JSON.stringify(url)},\n  "markdown": ${JSON.stringify(markdown)} }`;
/** As crawlers, their APIs and people save two pages. */
const forms: readonly (readonly [string, Buffer | string])[] = [
  ['lines', lines],
  ['lines with blank ones and carriage returns', `\r\n${lines.replaceAll('\n', '\r\n\r\n')}`],
  ['lines after a byte order mark', `\uFEFF${lines}`],
  ['lines in UTF-16 LE', Buffer.from(`\uFEFF${lines}`, 'utf16le')],
  ['lines in UTF-16 BE', Buffer.from(`\uFEFF${lines}`, 'utf16le').swap16()],
  ['compressed lines', gzipSync(lines)],
  [
    'lines compressed in two parts',
    Buffer.concat([gzipSync(lines.slice(0, 50)), gzipSync(lines.slice(50))]),
  ],
  ['compressed lines after a byte order mark', gzipSync(`\uFEFF${lines}`)],
  ['an array in one line', JSON.stringify([one, two])],
  ['an array over many lines', JSON.stringify([one, two], undefined, 2)],
  ['an array with an element a line', `[\n${JSON.stringify(one)},\n${JSON.stringify(two)}\n]\n`],
  ['arrays in lines', `[${JSON.stringify(one)}]\n[${JSON.stringify(two)}]\n`],
  ['lines with commas at their ends', lines.replaceAll('\n', ',\n')],
  ['files without a line end that were joined', lines.replaceAll('\n', '')],
  ['the same with byte order marks', `\uFEFF${lines.replace('\n', '\uFEFF')}`],
  ['the same with commas between', listed.replace('\n', ' ')],
  ['arrays that were joined', `[${JSON.stringify(one)}][${JSON.stringify(two)}]`],
  ['a sequence of RFC 7464', lines.replaceAll(/^(?=.)/gm, '\u001E')],
  [
    'the same over many lines',
    [one, two].map((page) => `\u001E${JSON.stringify(page, undefined, 2)}\n`).join(''),
  ],
  [
    'objects over many lines',
    `${JSON.stringify(one, undefined, 2)}\n${JSON.stringify(two, undefined, 2)}`,
  ],
  [
    'an answer of Firecrawl',
    JSON.stringify({ success: true, status: 'completed', data: [one, two] }),
  ],
  ['the same, indented', JSON.stringify({ success: true, data: [one, two] }, undefined, 4)],
  ['the same with a record a line', `{"success":true,"data":[\n${listed}\n]}\n`],
  ['the same with carriage returns', `{"success": true, "data": [ \r\n${listed}\r\n]}\r\n`],
  ['the same with the first record in its first line', `{"data":[${listed}]}`],
  ['the same with commas before the records', `{"data":[${listed.replace(',\n', '\n,')}]}`],
  ['the same with its list in a line of its own', `{"success":true,"data":\n[${listed}]}`],
  ['objects that begin in the line of their bracket', [one, two].map(writeHanging).join('\n')],
  [
    'an answer of crawl4ai',
    JSON.stringify({ success: true, results: [one, two], server_memory: 1 }),
  ],
  ['an answer of pages in a result', JSON.stringify({ result: { pages: [one, two] } })],
  [
    'two answers of one page',
    `${JSON.stringify({ success: true, data: one })}\n${JSON.stringify({ data: two })}`,
  ],
];

describe('records of JSON', () => {
  test.each(forms)('are read from %s', async (_name, form) => {
    expect(valuesOf(await read(form))).toEqual([one, two]);
  });

  test.each(forms)('are the same when they come in byte by byte: %s', async (_name, form) => {
    const bytes = Buffer.from(form as string);
    const parts = Array.from(bytes, (byte) => Buffer.from([byte]));
    expect(await read(...parts)).toEqual(await read(bytes));
  });

  test('are read from an answer with a record a line after a long first line', async () => {
    const start = `{"success":true,"warning":"${'x'.repeat(100_000)}","data":[`;
    expect(valuesOf(await read(start, `\n${listed}\n`, ']}\n'))).toEqual([one, two]);
    const long = { ...one, markdown: 'x'.repeat(1_100_000) };
    expect(valuesOf(await read(`${JSON.stringify(long)}\n`, lines))).toEqual([long, one, two]);
  });

  test('are told by line, and by their number where a line or an array has several', async () => {
    const places = async (text: string) => (await read(text)).map(({ place }) => place);
    expect(await places('{"a":1}\n\nx\n')).toEqual([{ line: 1 }, { line: 3 }]);
    expect(await places('[\n{},\n{}]')).toEqual([
      { line: 2, record: 1 },
      { line: 3, record: 2 },
    ]);
    expect(await places('{"data":[{},{}]}')).toEqual([
      { line: 1, record: 1 },
      { line: 1, record: 2 },
    ]);
  });

  test.each([
    ['a page with a field that is a list', { url: 'https://a.example', markdown: 'x', data: [{}] }],
    ['a page without text', { url: 'https://a.example', data: ['x'] }],
    ['an answer without pages', { success: false, error: 'no credits' }],
    ['a list of links', { success: true, links: ['https://a.example'] }],
    ['an answer with an empty list', { success: true, data: [], total: 0 }],
    ['a failed answer with an empty list', { success: false, error: 'Rate limit', data: [] }],
    ['a failed answer with a page', { success: false, error: 'x', data: { ...one } }],
    ['a page whose list is empty', { url: one.url, title: 'T', content: 'x', items: [] }],
    ['a page of HTML with documents', { url: one.url, rawHtml: '<p>x', documents: [] }],
    ['a page of LangChain', { page_content: 'x', metadata: { source: one.url }, documents: [{}] }],
    ['a page without Markdown', { url: one.url, markdown: null, pages: [] }],
    ['a page with results', { url: one.url, body: '<p>text</p>', results: [{ name: 'x' }] }],
    ['a page with data', { link: one.url, content: 'x', data: { views: 3 } }],
  ])('are one where it is %s', async (_name, value) => {
    expect(valuesOf(await read(JSON.stringify(value)))).toEqual([value]);
  });

  test.each([
    ['an address of its own', { url: 'https://a.example', pages: [one, two] }],
    ['an empty list before them', { success: true, data: [], results: [one, two] }],
    ['a count before them', { data: { total: 2 }, records: [one, two] }],
    ['a message', { content: 'done', items: [one, two] }],
    ['places of a search', { success: true, data: { web: [one], news: [two], images: [] } }],
    ['news alone', { success: true, data: { news: [one, two] } }],
    ['what was not got', { results: [one], failed_results: [two] }],
    ['nothing but what was not got', { results: [], failed_results: [one, two] }],
  ])('are taken out of an answer with %s', async (_name, value) => {
    expect(valuesOf(await read(JSON.stringify(value)))).toEqual([one, two]);
  });

  test.each([
    ['a ZIP archive', Buffer.from('PK\u0003\u0004rest'), 'is a ZIP archive, and no JSON'],
    ['a PDF', '%PDF-1.7\nx\ny\n', 'is a PDF, and no JSON'],
    ['damaged gzip', gzipSync(lines).subarray(0, 60), /gzip cannot unpack the rest/],
    ['Windows-1252', Buffer.from('{"a":"\u00e9"}', 'latin1'), /is no UTF-8: convert it/],
    ['a line that is no JSON', 'url,title', 'not JSON'],
  ])('are refused in one line when it is %s', async (_name, form, problem) => {
    expect(valuesOf(await read(form)).at(-1)).toEqual(
      typeof problem === 'string' ? problem : expect.stringMatching(problem),
    );
  });

  test.each([
    ['its bracket', '{'],
    ['a comma', '{"url":"https://a.example/0",'],
    ['a text', '{"url":"https://a.example/0","markdown":"cut, ['],
    ['a value', '{"url":"https://a.example/0"'],
    ['an element', '{"url":"https://a.example/0","tags":["a"'],
  ])('are kept after a first line that was cut after %s', async (_name, cut) => {
    expect(valuesOf(await read(`${cut}\n${lines}`))).toEqual(['not JSON', one, two]);
  });

  test.each(['[INFO] Read 5 pages, 2 links', '[2026-01-31 10:00] Done', '[debug]', '[1] {"a":1}'])(
    'are read in lines after %j',
    async (line) => {
      const entries = await read(`${line}\n${line}\n${lines}`);
      expect(valuesOf(entries)).toEqual(['not JSON', 'not JSON', one, two]);
      for (const form of [[one, two], { data: [one, two] }].map((all) =>
        JSON.stringify(all, undefined, 2),
      ))
        expect(valuesOf(await read(`${line}\n${form}`))).toEqual(
          expect.arrayContaining([one, two]),
        );
    },
  );

  test('are read from joined files around one that was cut, and from joined answers', async () => {
    const [a, b] = [JSON.stringify(one), JSON.stringify(two)];
    const entries = await read(`${a}{"url":1,}${b}{"url":"x\n${a}\n`);
    expect(valuesOf(entries)).toEqual([one, 'not JSON', two, 'not JSON', one]);
    expect(entries.slice(2).map(({ place }) => place)).toEqual([
      { line: 1, record: 3 },
      { line: 1, record: 4 },
      { line: 2 },
    ]);
    const answers = await read(`{"data":[${a}]}{"success":true,"data":[${b},${a}]}`);
    expect(valuesOf(answers)).toEqual([one, two, one]);
    expect(answers.at(-1)).toMatchObject({ place: { line: 1, record: 3 } });
  });

  test.each(['NaN', 'Infinity', '-Infinity'])('have null in place of %s', async (number) => {
    const page = (value: string, end = '') =>
      `{"url":"x","score":${value},"all":[1,${value}],"markdown":"\\"NaN, -Infinity\\\\"${end}}`;
    const expected = JSON.parse(page('null')) as unknown;
    expect(valuesOf(await read(`${page(number)}\n${page(number)},\n`))).toEqual([
      expected,
      expected,
    ]);
    expect(valuesOf(await read(`[\n${page(number)},${page(number)}]`))).toEqual([
      expected,
      expected,
    ]);
    expect(valuesOf(await read(page(number), page(number)))).toEqual([expected, expected]);
    expect(valuesOf(await read(`{"url":\n"x","data":{"a":${number}}}`))).toEqual([
      { url: 'x', data: { a: null } },
    ]);
    expect(valuesOf(await read(`{"url":x${number}}\n${page(`${number}1`)}`))).toEqual([
      'not JSON',
      'not JSON',
    ]);
  });

  test.each([
    'url,title,',
    '[INFO] {"a":1}{"b":2}',
    '2024 {"a":1}',
    '{"a":1} // comment',
    '{"a":1}"b":2}',
    '{a:1}{b:2}',
    'NaN NaN',
    '{"a":"NaN}',
  ])('stay no JSON where a line is %s', async (line) => {
    expect(valuesOf(await read(`{"a":1}\n${line}\n`))).toEqual([{ a: 1 }, 'not JSON']);
  });

  test('are kept around one that is wrong, in lines and in an array', async () => {
    const [a, b] = [JSON.stringify(one), JSON.stringify(two)];
    expect(valuesOf(await read(`${a}\n{\n${b}\n`))).toEqual([one, 'not JSON', two]);
    expect(valuesOf(await read(`[${a}, {wrong}, ${b}, 5, "x"]`))).toEqual([
      one,
      'not JSON',
      two,
      5,
      'x',
    ]);
  });

  test.each([
    ['null', null],
    ['a word', 'timeout'],
    ['a list', []],
  ])('are kept in an answer around %s', async (_name, value) => {
    for (const all of [
      [one, value, two],
      [value, one],
      [two, value],
    ])
      expect(valuesOf(await read(JSON.stringify({ success: true, data: all })))).toEqual(all);
  });

  test.each(['[{"a":1},', '[{"a":1},{"b":', '[{"a":1}', '[{"a":1},{"b":"x', '[{"a":1}, '])(
    'that end too early are told: %s',
    async (text) => {
      expect(valuesOf(await read(text))).toEqual([
        { a: 1 },
        expect.stringMatching(/ends in the middle/),
      ]);
    },
  );

  test('are as many as there were, in every form', async () => {
    const record = fc.oneof(
      fc.record({
        url: fc.nat().map((number) => `https://a.example/${number}`),
        markdown: fc.string(),
      }),
      fc
        .dictionary(fc.string(), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3 })
        .map((value) => ({ markdown: 'x', ...value })),
    );
    // An empty answer is a record, so that it is said.
    const inAnswer = (all: unknown[]) => (all.length === 0 ? all : { success: true, data: all });
    const form = fc.constantFrom(
      (all: unknown[]) => all.map((value) => `${JSON.stringify(value)}\n`).join(''),
      (all: unknown[]) => JSON.stringify(all),
      (all: unknown[]) => JSON.stringify(all, undefined, 2),
      (all: unknown[]) => JSON.stringify(inAnswer(all)),
      (all: unknown[]) => JSON.stringify(inAnswer(all), undefined, 1),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(record, { maxLength: 5 }),
        form,
        fc.boolean(),
        async (all, write, isPacked) => {
          const text = write(all);
          const entries = await read(isPacked ? gzipSync(text) : text);
          expect(valuesOf(entries)).toEqual(JSON.parse(JSON.stringify(all)));
        },
      ),
      { numRuns: 60 },
    );
  });
});
