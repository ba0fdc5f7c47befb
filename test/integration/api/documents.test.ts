import { describe, expect, test } from 'vitest';

import { canaryHost } from '../../../shared/canary.ts';
import type { ApiRequest } from '../../harness/api-process.ts';
import { eventually } from '../../harness/eventually.ts';
import { page } from '../../harness/pages.ts';
import { serveApi } from '../../harness/served-api.ts';
import { readPostgres } from '../../harness/stored.ts';
import { openTestStack } from '../../harness/test-stack.ts';

const ndjson = 'application/x-ndjson';
const missing = '00000000-0000-5000-8000-000000000000';

const served = serveApi();

/** A page that no other test sends. */
let last = 0;
const newPage = () => page((last += 1));
const lines = (...values: unknown[]) =>
  values.map((value) => `${typeof value === 'string' ? value : JSON.stringify(value)}\n`).join('');
const send = (body: unknown, request: ApiRequest = {}) =>
  served.api.ask('/api/documents', { body, ...request });

describe('one document', () => {
  test('is acknowledged when it is stored, and unchanged when it comes again', async () => {
    const one = newPage();
    const first = await send(one);
    expect(first).toMatchObject({ status: 202, body: { outcome: 'accepted', state: 'pending' } });
    expect(first.headers.get('location')).toBe(`/api/documents/${String(first.body['id'])}`);
    expect(await served.storedUrls()).toContain(one.url);
    const { id } = first.body;
    expect(await send(one)).toMatchObject({
      status: 200,
      body: { id, outcome: 'unchanged', state: 'pending' },
    });
    expect(await send({ ...one, markdown: 'Another edition.' })).toMatchObject({
      status: 202,
      body: { id, outcome: 'accepted' },
    });
  });

  test('that is large is cleaned and stored like any other', async () => {
    const large = {
      url: newPage().url,
      html: `<p>granite</p>${'<p>river lantern</p>'.repeat(50_000)}`,
    };
    const { status, body } = await send(large);
    expect({ status, body }).toMatchObject({ status: 202, body: { outcome: 'accepted' } });
    const [documents] = await readPostgres(served.stack.directEnv['WEBHOOK_DATABASE_URL'] ?? '');
    const stored = documents.find(({ url }) => url === large.url);
    expect(stored?.text.startsWith('granite\n\nriver lantern\n\nriver')).toBe(true);
  });

  test('that is wrong is refused with every reason, and not stored', async () => {
    const before = await served.storedUrls();
    expect(await send({ url: 'ftp://a.example/x', language: 'english' })).toMatchObject({
      status: 422,
      body: {
        code: 'DOCUMENT_INVALID',
        type: '/codes/DOCUMENT_INVALID',
        instance: '/api/documents',
        detail: expect.stringMatching(/url: .*language: .*has no text/),
      },
    });
    expect(await served.storedUrls()).toEqual(before);
  });
});

describe('many documents', () => {
  test('of a list are stored, and each that is wrong is told by its place', async () => {
    const [first, second] = [newPage(), newPage()];
    await send(first);
    expect(await send([second, { url: 'https://a.example/' }, first])).toMatchObject({
      status: 202,
      body: {
        accepted: 1,
        unchanged: 1,
        rejected: 1,
        items: [{ index: 1, outcome: 'rejected', code: 'DOCUMENT_INVALID' }],
      },
    });
    expect(await served.storedUrls()).toEqual(expect.arrayContaining([first.url, second.url]));
  });

  test('come in as lines: of 10,000, three that are wrong are told, and the rest is stored', async () => {
    const before = await served.storedUrls();
    const good = Array.from({ length: 9_996 }, () => newPage().url).map((url) => ({
      url,
      text: 'granite',
    }));
    const body = lines(
      ...good.slice(0, 10),
      '{"url": "https://a.example/cut',
      ...good.slice(10, 5_000),
      { url: 'https://a.example/without-text' },
      '',
      ...good.slice(5_000),
      '[{"url":"https://a.example/list","text":"x"}]',
    );
    const answers = [await send(body, { type: ndjson })];
    // In the time that the API has for a request a busy machine stores only some of them. The
    // others are stored when the caller sends all again.
    while (answers.at(-1)?.body['code'] === 'API_BUSY')
      answers.push(await send(body, { type: ndjson }));
    const accepted = answers.map((answer) => Number(answer.body['accepted']));
    expect(accepted.reduce((sum, one) => sum + one)).toBe(9_996);
    expect(answers.at(-1)).toMatchObject({
      status: 202,
      body: {
        accepted: accepted.at(-1),
        unchanged: 9_996 - Number(accepted.at(-1)),
        rejected: 3,
        items: [
          { index: 10, code: 'API_SYNTAX' },
          { index: 5_001, code: 'DOCUMENT_INVALID' },
          { index: 9_999, code: 'DOCUMENT_INVALID', detail: expect.stringContaining('no list') },
        ],
      },
    });
    expect(await served.storedUrls()).toEqual([...before, ...good.map(({ url }) => url)].sort());
  });

  test('are all told with items=all', async () => {
    const body = lines(newPage(), '{}');
    const { body: answer } = await served.api.ask('/api/documents?items=all', {
      body,
      type: ndjson,
    });
    expect(answer['items']).toEqual([
      { index: 0, outcome: 'accepted', id: expect.any(String) },
      { index: 1, outcome: 'rejected', code: 'DOCUMENT_INVALID', detail: expect.any(String) },
    ]);
  });

  test('of which none is right are refused', async () => {
    expect(await send([{}, 7])).toMatchObject({
      status: 422,
      body: { code: 'DOCUMENT_INVALID', accepted: 0, rejected: 2, items: [{}, {}] },
    });
  });
});

describe('a document that was stored', () => {
  test('is shown with its state, and with its failure', async () => {
    const one = { ...newPage(), description: 'About rivers', source: 'a test' };
    const { body } = await send(one);
    const shown = `/api/documents/${String(body['id'])}`;
    // It is enqueued after it was acknowledged.
    const stored = await eventually('the document has a job', async () => {
      const { body: found } = await served.api.ask(shown);
      // It is left out where Redis did not tell it in time.
      expect(found['queue']).toEqual(expect.any(Object));
      return found;
    });
    expect(stored).toEqual({
      id: body['id'],
      url: one.url,
      title: `Page ${last}`,
      description: 'About rivers',
      language: 'en',
      country: null,
      isMobile: null,
      source: 'a test',
      crawlId: null,
      state: 'pending',
      findable: { keyword: false, meaning: false },
      failure: null,
      versionId: expect.any(Number),
      versions: 1,
      chunks: 0,
      queue: {
        stage: 'indexing',
        state: 'waiting',
        attempt: '1 of 5',
        dueInSeconds: null,
        worker: null,
      },
      times: { receivedAt: expect.stringMatching(/^\d{4}-.*Z$/), keywordAt: null, indexedAt: null },
    });
    const version = await served.stack.services.records.latestName(String(body['id']));
    await served.stack.services.records.recordFailure(version!, {
      stage: 'indexing',
      outcome: 'failed',
      code: 'INDEXING_POISON',
      reason: 'it kills',
    });
    expect((await served.api.ask(shown)).body).toMatchObject({
      state: 'failed',
      failure: {
        stage: 'indexing',
        code: 'INDEXING_POISON',
        reason: 'it kills',
        check: expect.stringMatching(/./),
      },
    });
  });

  test('is deleted at once, and the deletion may be repeated', async () => {
    const one = newPage();
    const { body } = await send(one);
    const path = `/api/documents/${String(body['id'])}`;
    const gone = {
      id: body['id'],
      stores: { postgres: 'gone', keyword: 'later', vectors: 'later' },
    };
    expect(await served.api.ask(path, { method: 'DELETE' })).toMatchObject({
      status: 202,
      body: gone,
    });
    expect(await served.storedUrls()).not.toContain(one.url);
    expect(await served.api.ask(path)).toMatchObject({
      status: 404,
      body: { code: 'API_NOT_FOUND' },
    });
    expect(await served.api.ask(path, { method: 'DELETE' })).toMatchObject({
      status: 202,
      body: gone,
    });
    const deleted = await served.api.logged(({ documentId }) => documentId === body['id']);
    expect(deleted).toMatchObject({ key: 'apiSecret', msg: 'a document was deleted' });
  });

  test('is shown as it is when the wait is over, and at once when it cannot be indexed', async () => {
    const { body } = await send(newPage());
    const id = String(body['id']);
    const path = `/api/documents/${id}`;
    expect(await served.api.ask(`${path}?wait=0.2503`)).toMatchObject({
      status: 200,
      body: { state: 'pending' },
    });
    const waiting = served.api.ask(`${path}?wait=30`);
    await served.stack.services.records.cancel({ only: [id] });
    expect(await waiting).toMatchObject({ status: 200, body: { state: 'cancelled' } });
    expect(await served.api.ask(`/api/documents/${missing}?wait=30`)).toMatchObject({
      status: 404,
    });
    for (const query of ['wait=31', 'wait=-1', 'wait=long', 'until=soon'])
      expect(await served.api.ask(`${path}?${query}`)).toMatchObject({
        status: 422,
        body: { code: 'API_INVALID' },
      });
  });

  test.each([missing, 'nothing', '%27%20OR%201=1--', '..%2F..%2Fetc%2Fpasswd', 'x'.repeat(5_000)])(
    'has no id such as %.30s',
    async (id) => {
      for (const method of ['GET', 'DELETE'])
        expect(await served.api.ask(`/api/documents/${id}`, { method })).toMatchObject({
          status: 404,
          body: { code: 'API_NOT_FOUND' },
        });
    },
  );
});

test('a canary goes before all documents that wait, as it does from the command line', async () => {
  const queue = served.stack.services.queues.queue('indexing');
  await send([newPage(), newPage()]);
  await eventually('waiting documents', async () => (await queue.getWaitingCount()) >= 2);
  const { body } = await send({ ...newPage(), url: `https://${canaryHost}/1` });
  await eventually('the canary as the next', async () => {
    const [next] = await queue.getWaiting(0, 0);
    expect(next?.data.documentId).toBe(body['id']);
  });
});

test('a document is waited for until a worker indexed it, and removed from every store', async () => {
  await using own = await openTestStack();
  const [door] = await Promise.all([own.api(), own.worker()]);
  const { body } = await door.ask('/api/documents', { body: page(1) });
  const path = `/api/documents/${String(body['id'])}`;
  await eventually('a document found by keyword', async () =>
    expect((await door.ask(`${path}?wait=30&until=keyword-searchable`)).body).toMatchObject({
      findable: { keyword: true },
    }),
  );
  await eventually('an indexed document', async () =>
    expect((await door.ask(`${path}?wait=30`)).body).toMatchObject({
      state: 'indexed',
      findable: { keyword: true, meaning: true },
      times: { indexedAt: expect.any(String) },
    }),
  );
  await door.ask(path, { method: 'DELETE' });
  await eventually('a document that is nowhere found', async () =>
    expect((await door.ask('/api/search?q=granite&mode=keyword')).body).toMatchObject({ total: 0 }),
  );
});
