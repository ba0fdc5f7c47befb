import { expect, test } from 'vitest';

import { eventually } from '../../harness/eventually.ts';
import { openTestStack } from '../../harness/test-stack.ts';

test('the API neither makes nor changes a keyword index', async () => {
  await using own = await openTestStack();
  const alone = await own.api();
  expect(await alone.ask('/api/search?q=granite&mode=keyword')).toMatchObject({
    status: 503,
    body: { code: 'KEYWORDS_VOLUME' },
  });
  await own.worker();
  await eventually('an index that a worker made', async () =>
    expect(await alone.ask('/api/search?q=granite&mode=keyword')).toMatchObject({
      status: 200,
      body: { total: 0 },
    }),
  );
});
