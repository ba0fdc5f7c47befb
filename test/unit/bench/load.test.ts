import { expect, test } from 'vitest';

import { sendAtRate } from '../../../bench/api/load.ts';

test('a load sends every request once, without waiting for answers, and counts the outcomes', async () => {
  const sent: number[] = [];
  const answer = Promise.withResolvers<void>();
  const { outcomes, ...load } = await sendAtRate({
    perSecond: 500,
    seconds: 0.1,
    send: async (number) => {
      sent.push(number);
      // No answer comes before all requests have been sent.
      if (sent.length === 50) answer.resolve();
      await answer.promise;
      return number === 7 ? 'ECONNRESET' : '202';
    },
  });
  expect(sent).toEqual(Array.from({ length: 50 }, (_, number) => number));
  expect({ outcomes, sent: load.sent }).toEqual({ outcomes: { 202: 49, ECONNRESET: 1 }, sent: 50 });
  expect(load.p99Ms).toBeGreaterThanOrEqual(load.medianMs);
});
