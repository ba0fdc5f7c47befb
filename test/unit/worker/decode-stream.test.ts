import { expect, test } from 'vitest';

import { peek } from '../../../worker/decode-stream.ts';
import { measureGrowth } from '../../harness/growth.ts';

async function* inParts(size: number, count: number): AsyncGenerator<Buffer> {
  for (let part = 0; part < count; part += 1) yield Buffer.alloc(size, part);
}

async function join(parts: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = [];
  for await (const part of parts) all.push(part);
  return Buffer.concat(all);
}

test.each([
  [2, 10, 5, 6],
  [2, 10, 6, 6],
  [2, 10, 100, 20],
  [20, 1, 5, 20],
  [1, 0, 5, 0],
])('of parts of %i bytes, %i of them, %i bytes are seen in %i, and all come', async (...values) => {
  const [size, count, length, seen] = values;
  const whole = await join(inParts(size, count));
  const { start, rest } = await peek(inParts(size, count), length);
  expect(start).toEqual(whole.subarray(0, seen));
  expect(await join(rest)).toEqual(whole);
});

test('a stream of single bytes is looked at in time that grows with its length', async () => {
  const growth = await measureGrowth(100_000, (length) => peek(inParts(1, length), length));
  expect(growth).toBeLessThan(5);
});
