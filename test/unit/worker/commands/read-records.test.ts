import { gzipSync } from 'node:zlib';

import { expect, test } from 'vitest';

import { maxValueBytes } from '../../../../worker/commands/entries.ts';
import type { Entry } from '../../../../worker/commands/entries.ts';
import { readRecords } from '../../../../worker/commands/read-records.ts';

async function read(...parts: readonly Buffer[]): Promise<Entry[]> {
  async function* stream() {
    yield* parts;
  }
  const entries: Entry[] = [];
  for await (const entry of readRecords(stream())) entries.push(entry);
  return entries;
}

test('an answer that is too long is refused with how it is given', async () => {
  const long = Buffer.alloc(maxValueBytes, 'x');
  const rest = Buffer.from('"]}\n{"url":"https://a.example/"}\n');
  expect(await read(Buffer.from('{"data":["'), long, rest)).toMatchObject([
    { problem: 'longer than 32 MiB; of many pages give each in a line, such as with jq -c' },
    { value: { url: 'https://a.example/' } },
  ]);
});

test.each([
  ['a WARC archive', 'WARC/1.0\r\nWARC-Type: warcinfo\r\n'],
  ['a tar archive', `${'a.jsonl'.padEnd(257, '\0')}ustar  \n{"url":"https://a.example/"}\n`],
])('%s, packed or not, is told by its name', async (name, text) => {
  const bytes = Buffer.from(text);
  for (const form of [bytes, gzipSync(bytes)])
    expect(await read(form)).toEqual([{ place: { line: 1 }, problem: `is ${name}, and no JSON` }]);
});
