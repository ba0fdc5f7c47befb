import { expect, test, vi } from 'vitest';

import { embedDocument } from '../../../../worker/indexing/embed-document.ts';
import { indexDocument } from '../../../../worker/indexing/index-document.ts';
import { page } from '../../../harness/pages.ts';
import { openTestStack } from '../../../harness/test-stack.ts';

test('indexing a document takes six round trips to Postgres, each a transaction of its own', async () => {
  await using stack = await openTestStack();
  const asked = vi.spyOn(stack.services.pool, 'query');
  const connected = vi.spyOn(stack.services.pool, 'connect');
  const documentId = await stack.intake.submit(page(1));
  const { signal } = new AbortController();
  await (await indexDocument(stack.services, documentId)).run(signal);
  await (await embedDocument(stack.services, documentId)).run(signal);
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
  expect((await stack.services.records.latest(documentId))?.state).toBe('indexed');
});
