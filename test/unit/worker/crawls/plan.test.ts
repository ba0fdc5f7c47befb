import { describe, expect, test } from 'vitest';

import { planNext } from '../../../../worker/crawls/plan.ts';
import type { Asked } from '../../../../worker/crawls/plan.ts';

const [minute, hour] = [60_000, 3_600_000];
const next = (asked: Partial<Asked>) =>
  planNext({
    sinceEndMs: undefined,
    sinceChangeMs: 0,
    isAnswered: true,
    retryAfterMs: 0,
    ...asked,
  });

describe('a crawl that has ended and is not complete', () => {
  test.each([
    ['half a minute after its end, in time for five minutes', 30_000, 4.5 * minute],
    ['five minutes after its end, in time for an hour', 5 * minute, 55 * minute],
    ['a second late, a second earlier', 31_000, 269_000],
  ])('is asked for again %s', (_when, sinceEndMs, expected) => {
    expect(next({ sinceEndMs, sinceChangeMs: sinceEndMs })).toBe(expected);
  });

  test('is given up an hour after the last change', () => {
    expect(next({ sinceEndMs: hour, sinceChangeMs: hour })).toBeUndefined();
    expect(next({ sinceEndMs: 5 * hour, sinceChangeMs: 59 * minute })).toBe(hour);
    expect(next({ sinceEndMs: 5 * hour, sinceChangeMs: 61 * minute })).toBeUndefined();
  });

  test('is asked for during a day while its sender does not answer', () => {
    const away = { isAnswered: false };
    const after = (sinceEndMs: number) => next({ ...away, sinceEndMs, sinceChangeMs: sinceEndMs });
    expect(after(23 * hour)).toBe(hour);
    expect(after(24 * hour)).toBeUndefined();
  });

  test('is left alone for as long as its sender asks', () => {
    expect(next({ sinceEndMs: 30_000, retryAfterMs: 20 * minute, isAnswered: false })).toBe(
      20 * minute,
    );
  });
});

describe('a crawl that is running', () => {
  test('is asked for every ten minutes, until nothing has changed for an hour', () => {
    expect(next({ sinceChangeMs: 10 * minute })).toBe(10 * minute);
    expect(next({ sinceChangeMs: hour })).toBeUndefined();
  });

  test('is asked for during a day while its sender does not answer', () => {
    expect(next({ sinceChangeMs: 2 * hour, isAnswered: false })).toBe(hour);
    expect(next({ sinceChangeMs: 24 * hour, isAnswered: false })).toBeUndefined();
  });
});
