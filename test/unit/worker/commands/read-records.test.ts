import { expect, test } from 'vitest';

import { maxValueBytes } from '../../../../worker/commands/entries.ts';
import type { Entry } from '../../../../worker/commands/entries.ts';
import { readRecords } from '../../../../worker/commands/read-records.ts';

test('an answer that is too long is refused with how it is given', async () => {
  async function* stream() {
    yield Buffer.from('{"data":["');
    yield Buffer.alloc(maxValueBytes, 'x');
    yield Buffer.from('"]}\n{"url":"https://a.example/"}\n');
  }
  const entries: Entry[] = [];
  for await (const entry of readRecords(stream())) entries.push(entry);
  expect(entries).toMatchObject([
    { problem: 'longer than 32 MiB; of many pages give each in a line, such as with jq -c' },
    { value: { url: 'https://a.example/' } },
  ]);
});
