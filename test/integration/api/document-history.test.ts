import { describe, expect, test } from 'vitest';

import { documentIdOf } from '../../../worker/documents/document-id.ts';
import { keys } from '../../harness/api-process.ts';
import { page } from '../../harness/pages.ts';
import { serveApi } from '../../harness/served-api.ts';

const missing = '00000000-0000-5000-8000-000000000000';

const served = serveApi();

let last = 0;
async function submit(): Promise<string> {
  const { url } = page((last += 1));
  await resubmit(url);
  return documentIdOf(url);
}
const resubmit = (url: string, text = 'granite') =>
  served.api.ask('/api/documents', { body: { url, text } });

const look = (id: string, what: string) =>
  served.api.ask(`/api/documents/${id}/${what}`, { key: keys.search });
const versionOf = async (id: string) => (await served.stack.services.records.latestName(id))!;

async function cut(id: string, count: number): Promise<number> {
  const version = await versionOf(id);
  const chunks = Array.from({ length: count }, (_, index) => ({
    index,
    text: `Chunk ${index}`,
    headings: ['Install', `Part ${index}`],
  }));
  await served.stack.services.records.storeChunks(version, chunks, { chunk: 1.5 });
  return version.versionId;
}

describe('the chunks of a document', () => {
  test('are shown in their order, a page at a time', async () => {
    const id = await submit();
    expect((await look(id, 'chunks')).body).toEqual({ versionId: null, items: [], next: null });
    const versionId = await cut(id, 5);
    const first = await look(id, 'chunks?limit=2');
    expect(first).toMatchObject({ status: 200, body: { versionId, next: expect.any(String) } });
    expect(first.body['items']).toEqual([
      { index: 0, headings: ['Install', 'Part 0'], text: 'Chunk 0' },
      { index: 1, headings: ['Install', 'Part 1'], text: 'Chunk 1' },
    ]);
    const second = await look(id, `chunks?limit=3&cursor=${String(first.body['next'])}`);
    expect(second.body).toMatchObject({ items: [{ index: 2 }, { index: 3 }, { index: 4 }] });
    expect(second.body['next']).toBeNull();
  });

  test('of one version are never read on in another', async () => {
    const id = await submit();
    await cut(id, 3);
    const { body } = await look(id, 'chunks?limit=1');
    await resubmit(page(last).url, 'another text');
    const next = `chunks?cursor=${String(body['next'])}`;
    expect(await look(id, next)).toMatchObject({ status: 200, body: { items: [{}, {}] } });
    const versionId = await cut(id, 3);
    expect(await look(id, next)).toMatchObject({
      status: 409,
      body: { code: 'API_CONFLICT', versionId },
    });
  });
});

describe('the runs of a document', () => {
  test('are shown newest first, with what went wrong, a page at a time', async () => {
    const id = await submit();
    expect((await look(id, 'runs')).body).toEqual({ items: [], next: null });
    const version = await versionOf(id);
    const problem = { stage: 'indexing', outcome: 'again', code: 'KEYWORDS_LOCKED' } as const;
    for (const reason of ['first', 'second'])
      await served.stack.services.records.recordFailure(version, { ...problem, reason });
    await cut(id, 1);
    const first = await look(id, 'runs?limit=2');
    expect(first.body['items']).toEqual([
      {
        versionId: version.versionId,
        stage: 'indexing',
        outcome: 'done',
        code: null,
        reason: null,
        worker: 'test',
        finishedAt: expect.stringMatching(/Z$/),
        timings: { clean: expect.any(Number), chunk: 1.5 },
      },
      expect.objectContaining({ ...problem, reason: 'second' }),
    ]);
    const second = await look(id, `runs?limit=2&cursor=${String(first.body['next'])}`);
    expect(second.body).toMatchObject({ items: [{ reason: 'first' }], next: null });
  });
});

describe.each(['chunks', 'runs'])('the %s of a document', (what) => {
  test.each([missing, 'nothing', "'%20OR%201=1--", '..%2F..%2Fetc%2Fpasswd', 'x'.repeat(5_000)])(
    'are nowhere under an id such as %.30s',
    async (id) => {
      expect(await look(id, what)).toMatchObject({ status: 404, body: { code: 'API_NOT_FOUND' } });
    },
  );

  test.each([
    ['limit', '0'],
    ['limit', '201'],
    ['limit', "1' OR '1'='1"],
    ['limit', '9'.repeat(400)],
    ['cursor', ''],
    ['cursor', '../../etc/passwd'],
    ['cursor', 'x'.repeat(5_000)],
    ['cursor', Buffer.from(`d1/${missing}`).toString('base64url')],
    ['cursor', Buffer.from(`${what[0]}${'9'.repeat(16)}/1`).toString('base64url')],
  ])('are refused for the %s %.30j', async (name, value) => {
    const id = await submit();
    const before = await served.storedUrls();
    expect(await look(id, `${what}?${name}=${encodeURIComponent(value)}`)).toMatchObject({
      status: 422,
      body: { code: 'API_INVALID', errors: [{ pointer: `/${name}` }] },
    });
    expect(await look(id, `${what}?more=1`)).toMatchObject({ status: 422 });
    expect(await served.storedUrls()).toEqual(before);
  });
});
