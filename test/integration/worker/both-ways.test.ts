import { expect, test } from 'vitest';

import { search } from '../../../worker/search/search.ts';
import { findInconsistencies } from '../../harness/consistency.ts';
import { marker, page } from '../../harness/pages.ts';
import { openTestStack } from '../../harness/test-stack.ts';

test('a submitted document is found by keyword and by meaning', async () => {
  await using stack = await openTestStack();
  await stack.worker();
  for (const number of [1, 2, 3]) await stack.intake.submit(page(number));
  expect(await findInconsistencies(stack)).toEqual([]);
  for (const mode of ['keyword', 'semantic'] as const) {
    const { results, degraded } = await search(
      stack.services,
      `${marker(2)} in ${marker(2)}`,
      mode,
      3,
    );
    expect({ first: results[0]?.url, degraded }).toEqual({ first: page(2).url, degraded: false });
  }
});
