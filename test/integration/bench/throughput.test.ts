import { expect, test } from 'vitest';

import { throughput } from '../../../bench/worker/throughput.ts';

test('the benchmark indexes every page it times, in chunks of the default size', async () => {
  const { documents, chunksEach, perSecond, cpuMs, stepMs } = await throughput(
    120,
    {},
    () => undefined,
  );
  expect(documents).toBe(120);
  expect(chunksEach).toBeGreaterThanOrEqual(5);
  expect(chunksEach).toBeLessThanOrEqual(7);
  expect(perSecond).toBeGreaterThan(0);
  expect(Object.keys(cpuMs).sort()).toEqual(['postgres', 'qdrant', 'redis', 'tei', 'worker']);
  expect(Object.keys(stepMs)).toEqual(
    expect.arrayContaining(['chunk', 'keyword', 'embed', 'upsert']),
  );
});
