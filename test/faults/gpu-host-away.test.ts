import { setTimeout as lasting } from 'node:timers/promises';

import { expect, test } from 'vitest';

import { search } from '../../worker/search/search.ts';
import { findInconsistencies } from '../harness/consistency.ts';
import { eventually } from '../harness/eventually.ts';
import { marker, page, pages } from '../harness/pages.ts';
import { readStores } from '../harness/stored.ts';
import { openTestStack } from '../harness/test-stack.ts';

/** All attempts of a job with their back-offs take some 25 s. */
const longerThanAllRetriesMs = 40_000;

test('a long outage of the GPU host fails no job: keywords find every document, and vectors follow', async () => {
  await using stack = await openTestStack();
  const workers = await Promise.all([stack.worker(), stack.worker()]);
  await Promise.all([stack.proxies.tei.refuse(), stack.proxies.qdrant.refuse()]);
  const count = 20;
  for (const one of pages(count)) await stack.intake.submit(one);
  for (let number = 1; number <= count; number++) {
    const { results } = await eventually(`page ${number} by its word`, async () => {
      const answer = await search(stack.services, marker(number), 'hybrid', 3);
      return answer.results.length > 0 && answer;
    });
    expect(results.map(({ url }) => url)).toEqual([page(number).url]);
  }
  expect((await search(stack.services, marker(1), 'hybrid', 3)).degraded).toBe(true);
  await lasting(longerThanAllRetriesMs);
  expect((await readStores(stack.directEnv)).documents.map(({ state }) => state)).toEqual(
    Array(count).fill('pending'),
  );
  await Promise.all([stack.proxies.tei.pass(), stack.proxies.qdrant.pass()]);
  expect(await findInconsistencies(stack)).toEqual([]);
  expect(workers.map(({ isRunning }) => isRunning)).toEqual([true, true]);
});
