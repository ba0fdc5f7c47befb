import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { readLines } from '../../../worker/lines.ts';
import type { Line } from '../../../worker/lines.ts';

async function read(
  parts: Iterable<Buffer | string> | AsyncIterable<Buffer>,
  longest = 100,
): Promise<(string | undefined)[]> {
  const found: Line[] = [];
  for await (const line of readLines(parts as AsyncIterable<Buffer>, longest)) found.push(line);
  expect(found.map(({ number }) => number)).toEqual(found.map((_, index) => index + 1));
  return found.map(({ text }) => text);
}

describe('lines of a stream', () => {
  test('are the same however the stream is cut, even within a character', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: fc.constantFrom('a', 'é', '日', '👩', ' ') })),
        fc.integer({ min: 1, max: 7 }),
        async (lines, size) => {
          const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
          const parts = Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
            bytes.subarray(index * size, (index + 1) * size),
          );
          expect(await read(parts, 1_000)).toEqual(lines);
        },
      ),
    );
  });

  test('may end with a carriage return, and the last one without a newline', async () => {
    expect(await read(['a\r\n', '\nb'])).toEqual(['a', '', 'b']);
  });

  test('that are too long are skipped, and the lines around them are kept', async () => {
    expect(
      await read([
        `a\n${'x'.repeat(60)}`,
        'x'.repeat(60),
        `x\nb\n${'y'.repeat(100)}\n${'z'.repeat(101)}`,
      ]),
    ).toEqual(['a', undefined, 'b', 'y'.repeat(100), undefined]);
  });

  test('that never end are not kept in memory', async () => {
    const part = Buffer.alloc(1_000_000, 'x');
    async function* endless() {
      for (let count = 0; count < 500; count += 1) yield part;
    }
    const before = process.memoryUsage().arrayBuffers;
    expect(await read(endless(), 10_000_000)).toEqual([undefined]);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(50_000_000);
  });
});
