import { afterEach, describe, expect, test } from 'vitest';

import { documentIdOf } from '../../../worker/documents/document-id.ts';
import { keys } from '../../harness/api-process.ts';
import { eventually } from '../../harness/eventually.ts';
import { page } from '../../harness/pages.ts';
import { serveApi } from '../../harness/served-api.ts';

const missing = '00000000-0000-5000-8000-000000000000';

const served = serveApi();
afterEach(async () => {
  await served.stack.proxies.redis.pass();
  // No sweep enqueues here what the API could not.
  await eventually('an API with Redis', async () =>
    expect((await served.api.ask('/api/queue')).status).toBe(200),
  );
});

let last = 0;
async function submit(): Promise<string> {
  const one = page((last += 1));
  await served.api.ask('/api/documents', { body: one });
  return documentIdOf(one.url);
}
const act = (id: string, action: string, key = keys.api) =>
  served.api.ask(`/api/documents/${id}/${action}`, { method: 'POST', key });
const stateOf = async (id: string) => (await served.api.ask(`/api/documents/${id}`)).body['state'];
const isEnqueued = async (id: string) =>
  (await served.stack.services.queues.findUnqueued('indexing', [id])).length === 0;

async function fail(id: string): Promise<void> {
  const { records, queues } = served.stack.services;
  await eventually('a job', async () => expect(await isEnqueued(id)).toBe(true));
  await queues.withdraw(id);
  const version = await records.latestName(id);
  const failure = { stage: 'indexing', outcome: 'failed', code: 'INDEXING_POISON' } as const;
  await records.recordFailure(version!, { ...failure, reason: 'it kills' });
}

describe('a document', () => {
  test('that failed or was cancelled is retried, once', async () => {
    const [failed, cancelled] = [await submit(), await submit()];
    await fail(failed);
    await served.stack.services.records.cancel({ only: [cancelled] });
    for (const id of [failed, cancelled]) {
      expect(await act(id, 'retry')).toMatchObject({ status: 202, body: { id, state: 'pending' } });
      expect(await stateOf(id)).toBe('pending');
      await eventually('a job', async () => expect(await isEnqueued(id)).toBe(true));
      expect(await act(id, 'retry')).toMatchObject({
        status: 409,
        body: { code: 'API_CONFLICT', state: 'pending' },
      });
      expect(await served.api.logged(({ documentId }) => documentId === id)).toMatchObject({
        msg: 'a document was retried',
        key: 'apiSecret',
        requestId: expect.any(String),
      });
    }
  });

  test('is indexed again whatever its state, as often as one likes', async () => {
    const id = await submit();
    const { records } = served.stack.services;
    const version = (await records.latestName(id))!;
    await records.storeChunks(version, [{ index: 0, text: 'granite', headings: [] }]);
    await records.markIndexed(version);
    for (const before of ['indexed', 'pending']) {
      expect(await stateOf(id)).toBe(before);
      expect(await act(id, 'reindex')).toMatchObject({
        status: 202,
        body: { id, state: 'pending' },
      });
    }
    await eventually('a job', async () => expect(await isEnqueued(id)).toBe(true));
    expect(await served.api.logged(({ documentId }) => documentId === id)).toMatchObject({
      msg: 'a document is indexed again',
      key: 'apiSecret',
    });
  });

  test.each(['retry', 'reindex'])('takes %s while Redis is away', async (action) => {
    const id = await submit();
    await fail(id);
    await served.stack.proxies.redis.refuse();
    expect(await act(id, action)).toMatchObject({ status: 202, body: { state: 'pending' } });
  });
});

describe.each(['retry', 'reindex'])('%s', (action) => {
  test('with the key that may only search changes nothing', async () => {
    const id = await submit();
    await fail(id);
    expect(await act(id, action, keys.search)).toMatchObject({
      status: 403,
      body: { code: 'API_READ_ONLY' },
    });
    expect(await stateOf(id)).toBe('failed');
  });

  test.each([missing, 'nothing', "'%20OR%201=1--", '..%2F..%2Fetc%2Fpasswd', 'x'.repeat(5_000)])(
    'of an id such as %.30s finds nothing and changes nothing',
    async (id) => {
      const failed = await submit();
      await fail(failed);
      expect(await act(id, action)).toMatchObject({
        status: 404,
        body: { code: 'API_NOT_FOUND' },
      });
      expect(await stateOf(failed)).toBe('failed');
      expect(await isEnqueued(missing)).toBe(false);
    },
  );
});
