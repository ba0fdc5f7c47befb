import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { wavesOf } from '../../../../components/docker/waves.ts';

describe('the waves of an update', () => {
  test('are the odd members, then the even ones, and the last of an odd number by itself', () => {
    expect(wavesOf(8)).toEqual([
      [1, 3, 5, 7],
      [2, 4, 6, 8],
    ]);
    expect(wavesOf(5)).toEqual([[1, 3], [2, 4], [5]]);
    expect(wavesOf(1)).toEqual([[1]]);
  });

  test('hold every member once and leave at least half of them serving', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 64 }), (replicas) => {
        const waves = wavesOf(replicas);
        expect(waves.flat().sort((one, other) => one - other)).toEqual(
          Array.from({ length: replicas }, (_, index) => index + 1),
        );
        for (const wave of waves)
          expect(replicas - wave.length).toBeGreaterThanOrEqual(replicas / 2);
      }),
    );
  });
});
