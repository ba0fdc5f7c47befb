import { expect, test, vi } from 'vitest';

import { embedDocument } from '../../../../worker/indexing/embed-document.ts';
import { indexDocument } from '../../../../worker/indexing/index-document.ts';
import { page } from '../../../harness/pages.ts';
import { openTestStack } from '../../../harness/test-stack.ts';

test('a document costs six round trips to Postgres from the front door to both indexes, each a transaction of its own', async () => {
  await using world = await openTestStack();
  const asked = vi.spyOn(world.services.pool, 'query');
  const connected = vi.spyOn(world.services.pool, 'connect');
  const documentId = await world.intake.submit(page(1));
  const { signal } = new AbortController();
  await (await indexDocument(world.services, documentId)).run(signal);
  await (await embedDocument(world.services, documentId)).run(signal);
  const names = asked.mock.calls.map(([query]) => (query as unknown as { name?: string }).name);
  expect(names).toEqual([
    'accept',
    'latest',
    'store-chunks',
    'latest-chunks',
    'is-latest',
    'mark-indexed',
  ]);
  expect(connected.mock.calls.length).toBeLessThanOrEqual(names.length);
  expect((await world.services.records.latest(documentId))?.state).toBe('indexed');
});
