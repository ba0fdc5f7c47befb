import { describe, expect, test } from 'vitest';

import { batchSize } from '../../../../worker/commands/batches.ts';
import { Remaining } from '../../../../worker/commands/remaining.ts';

/** Documents `0`, `1`, … of which some are done, and the sizes of what was asked about them. */
function open(count: number) {
  const ids = Array.from({ length: count }, (_, number) => String(number));
  const done = new Set<string>();
  const asked: number[] = [];
  const remaining = new Remaining(ids, async (batch) => {
    asked.push(batch.length);
    return batch.filter((id) => !done.has(id)).length;
  });
  const finish = (from: number, to: number): void => {
    for (const id of ids.slice(from, to)) done.add(id);
  };
  return { remaining, asked, finish };
}

describe('what remains of many documents', () => {
  test('is counted by few short questions a look', async () => {
    const { remaining, asked } = open(100_000);
    expect(await remaining.look()).toBe(100_000);
    expect(asked).toEqual([batchSize, batchSize]);
  });

  test('is exact at every look while documents are done in their order', async () => {
    const { remaining, finish } = open(3 * batchSize);
    finish(0, batchSize + 7);
    expect(await remaining.look()).toBe(2 * batchSize - 7);
    finish(0, 3 * batchSize);
    expect(await remaining.look()).toBe(0);
  });

  test('falls while the first document waits and others are done', async () => {
    const { remaining, finish } = open(4 * batchSize);
    finish(1, 4 * batchSize);
    const looks = [];
    for (let look = 0; look < 4; look += 1) looks.push(await remaining.look());
    expect(looks.at(-1)).toBe(1);
  });

  test('is nothing of no documents', async () => {
    const { remaining, asked } = open(0);
    expect([await remaining.look(), await remaining.lookAtAll()]).toEqual([0, 0]);
    expect(asked).toEqual([]);
  });

  test('is counted in full when it is wanted exactly', async () => {
    const { remaining, finish } = open(5 * batchSize);
    await remaining.look();
    finish(batchSize, 5 * batchSize);
    expect(await remaining.lookAtAll()).toBe(batchSize);
  });
});
