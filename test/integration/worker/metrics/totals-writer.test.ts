import type { Redis } from 'ioredis';
import { expect, test } from 'vitest';

import { totalsKey } from '../../../../shared/queue-names.ts';
import { createLogger } from '../../../../worker/logs.ts';
import { showTotals } from '../../../../worker/metrics/read-totals.ts';
import { Tally } from '../../../../worker/metrics/tally.ts';
import { TotalsWriter } from '../../../../worker/metrics/totals-writer.ts';
import { searches, searchSeconds } from '../../../../worker/metrics/totals.ts';
import { openTestStack } from '../../../harness/test-stack.ts';

const log = createLogger('ERROR', 'test');
const counted = { mode: 'hybrid', outcome: 'ok' };

/** @returns a connection that carries commands out, and loses their answers while it is told to */
function loseAnswers(redis: Redis, isLost: () => boolean): Redis {
  const send = async (...command: Parameters<Redis['eval']>): Promise<unknown> => {
    const answer = await redis.eval(...command);
    if (isLost()) throw new Error('Connection is closed.');
    return answer;
  };
  return new Proxy(redis, {
    get: (from, name) => (name === 'eval' ? send : Reflect.get(from, name)),
  });
}

test('a batch whose answer was lost is sent again and added once', async () => {
  await using stack = await openTestStack();
  const { redis } = stack.services.queues;
  const tally = new Tally();
  let isLost = true;
  const writer = new TotalsWriter({ redis: loseAnswers(redis, () => isLost), tally, log });
  tally.count(searches, counted);
  tally.observe(searchSeconds, { mode: 'hybrid' }, 0.03);
  // It tries twice.
  await expect(writer.finish()).rejects.toThrow('Connection is closed');
  // Counted meanwhile: it is of the next batch.
  tally.count(searches, counted);
  isLost = false;
  await writer.finish();

  const families = showTotals(await redis.hgetall(totalsKey), {});
  const values = families.flatMap(({ name, values: all }) =>
    all.map(({ metricName = name, labels, value }) => [
      `${metricName} ${Object.values(labels).join()}`,
      value,
    ]),
  );
  expect(Object.fromEntries(values)).toMatchObject({
    'pulse_searches_total hybrid,ok': 2,
    'pulse_search_duration_seconds_bucket hybrid,0.025': 0,
    'pulse_search_duration_seconds_bucket hybrid,0.05': 1,
    'pulse_search_duration_seconds_bucket hybrid,+Inf': 1,
    'pulse_search_duration_seconds_sum hybrid': 0.03,
    'pulse_search_duration_seconds_count hybrid': 1,
    // Nobody has counted it yet.
    'pulse_searches_total keyword,error': 0,
  });
});
