import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { documentIdOf } from '../../../worker/documents/document-id.ts';
import { keys } from '../../harness/api-process.ts';
import { eventually } from '../../harness/eventually.ts';
import { page } from '../../harness/pages.ts';
import { serveApi } from '../../harness/served-api.ts';
import { openTestStack } from '../../harness/test-stack.ts';

const missing = '00000000-0000-5000-8000-000000000000';

const served = serveApi();
const ask = (path: string, method = 'GET', body?: object, key?: string) =>
  served.api.ask(`/api/queue${path}`, { method, ...(body && { body }), ...(key && { key }) });

let last = 0;
/** Documents whose jobs wait. */
async function submit(count: number): Promise<string[]> {
  const ids: string[] = [];
  for (; ids.length < count; last += 1) {
    await served.stack.intake.submit(page(last));
    ids.push(documentIdOf(page(last).url));
  }
  return ids;
}

async function fail(id: string, code: 'INDEXING_POISON' | 'TEI_DIMENSION'): Promise<void> {
  const { records, queues } = served.stack.services;
  await queues.withdraw(id);
  const version = await records.latestName(id);
  await records.recordFailure(version!, {
    stage: 'indexing',
    outcome: 'failed',
    code,
    reason: 'it kills',
  });
}

const idsOf = async (query: string) => {
  const { items } = (await ask(`/jobs${query}`)).body as { items: { documentId: string }[] };
  return new Set(items.map(({ documentId }) => documentId));
};

beforeEach(async () => {
  const { pool, queues } = served.stack.services;
  // After an outage each connection needs a moment, here and in the API.
  await eventually('empty queues', () => queues.withdrawAll());
  await eventually('an API with Redis', async () => expect((await ask('')).status).toBe(200));
  await pool.query('DELETE FROM documents');
});
afterEach(() => served.stack.proxies.redis.pass());

describe('the queues', () => {
  test('are shown with what waits, for how long, and why', async () => {
    await submit(2);
    const { body } = await ask('', 'GET', undefined, keys.search);
    expect(body).toMatchObject({
      why: {
        moving: false,
        code: 'WORKERS_MISSING',
        reason: expect.stringContaining('2 documents'),
      },
      queues: {
        indexing: { waiting: 2, active: 0, delayed: 0, failed: 0, paused: false, limit: null },
        embedding: { waiting: 0 },
      },
      oldestSeconds: expect.any(Number),
    });
    expect(body['throughput']).toHaveLength(60);
  });

  test('are sampled by one replica, and count what ended well in each minute', async () => {
    await using stack = await openTestStack();
    const [api] = await Promise.all([stack.api(), stack.api(), stack.worker()]);
    for (const number of [1, 2, 3]) await stack.intake.submit(page(number));
    const read = async () => (await api.ask('/api/queue')).body as Record<string, number[][]>;
    await eventually('three documents that were done', async () => {
      const throughput = (await read())['throughput'] as number[][];
      const ended = throughput.map(([, indexing, embedding]) => [indexing, embedding]);
      const sum = (place: number) => ended.reduce((all, one) => all + (one[place] as number), 0);
      expect([sum(0), sum(1)]).toEqual([3, 3]);
    });
    const depth = await eventually('a sample', async () => {
      const samples = (await read())['depth'] as number[][];
      expect(samples[0]).toEqual([expect.any(Number), expect.any(Number), expect.any(Number)]);
      return samples;
    });
    const times = depth.map(([atSeconds]) => atSeconds as number);
    for (const [index, atSeconds] of times.slice(1).entries())
      expect(atSeconds - times[index]!).toBeGreaterThanOrEqual(14);
  });

  test.each(['', '/jobs?state=waiting'])(
    'cannot be shown while Redis is away: %s',
    async (path) => {
      await served.stack.proxies.redis.refuse();
      expect(await ask(path)).toMatchObject({
        status: 503,
        body: { code: expect.stringMatching(/^REDIS_/) },
      });
    },
  );

  test('are paused, resumed and limited, for as long as the operator wants', async () => {
    for (const [path, method, body, orders] of [
      ['/pause', 'POST', undefined, { paused: true, limit: null }],
      ['/limit', 'PUT', { limit: 3 }, { paused: true, limit: 3 }],
      ['/resume', 'POST', undefined, { paused: false, limit: 3 }],
      ['/limit', 'PUT', { limit: null }, { paused: false, limit: null }],
      ['/limit', 'PUT', { limit: 'default' }, { paused: false, limit: null }],
    ] as const) {
      expect(await ask(path, method, body)).toMatchObject({ status: 200, body: orders });
      const { indexing, embedding } = await served.stack.services.queues.counts();
      expect([indexing, embedding]).toMatchObject([orders, orders]);
    }
    for (const said of ['the queues were paused', 'the limit of jobs was set'])
      expect(await served.api.logged(said)).toMatchObject({
        key: 'apiSecret',
        requestId: expect.any(String),
      });
  });
});

describe('documents that are not done', () => {
  test('are listed by state and code', async () => {
    const [poison, dimension, cancelled, waiting] = await submit(4);
    await fail(poison!, 'INDEXING_POISON');
    await fail(dimension!, 'TEI_DIMENSION');
    await served.stack.services.records.cancel({ only: [cancelled!] });
    await served.stack.services.queues.withdraw(cancelled!);
    expect(await idsOf('')).toEqual(new Set([poison, dimension, cancelled, waiting]));
    expect(await idsOf('?state=failed')).toEqual(new Set([poison, dimension]));
    expect(await idsOf('?code=TEI_DIMENSION')).toEqual(new Set([dimension]));
    expect(await idsOf('?state=waiting')).toEqual(new Set([waiting]));
    expect(await idsOf('?state=cancelled&limit=1')).toEqual(new Set([cancelled]));
  });

  test('are retried: those that are named, those with a code, all that failed', async () => {
    const [poison, dimension, other, cancelled] = await submit(4);
    for (const id of [poison!, other!]) await fail(id, 'INDEXING_POISON');
    await fail(dimension!, 'TEI_DIMENSION');
    await served.stack.services.records.cancel({ only: [cancelled!] });
    for (const [body, retried] of [
      [{ ids: [cancelled, poison, missing] }, 2],
      [{ code: 'TEI_DIMENSION' }, 1],
      [{ code: 'TEI_DIMENSION' }, 0],
      [{ all: true }, 1],
      [{ all: true }, 0],
    ] as const)
      expect(await ask('/retry', 'POST', body)).toMatchObject({ status: 202, body: { retried } });
    await eventually('their jobs', async () =>
      expect(await idsOf('?state=waiting')).toEqual(new Set([poison, dimension, other, cancelled])),
    );
    expect(await served.api.logged('documents were retried')).toMatchObject({ key: 'apiSecret' });
  });

  test('are cancelled: those that are named, all that wait', async () => {
    const [first] = await submit(3);
    expect(await ask('/cancel', 'POST', { ids: [first, missing] })).toMatchObject({
      status: 202,
      body: { cancelled: 1 },
    });
    expect((await ask('/cancel', 'POST', { all: true })).body).toEqual({ cancelled: 2 });
    expect((await idsOf('?state=cancelled')).size).toBe(3);
    expect((await served.stack.services.queues.counts()).indexing.waiting).toBe(0);
  });
});

test.each([
  ['/retry', 'POST', {}, ''],
  ['/retry', 'POST', { all: true, code: 'TEI_TIMEOUT' }, ''],
  ['/retry', 'POST', { all: false }, '/all'],
  ['/retry', 'POST', { code: 'NO_CODE' }, '/code'],
  ['/retry', 'POST', { ids: [] }, '/ids'],
  ['/retry', 'POST', { ids: ["'; --"] }, '/ids/0'],
  ['/retry', 'POST', { ids: Array.from({ length: 1_001 }, () => missing) }, '/ids'],
  ['/cancel', 'POST', { code: 'TEI_TIMEOUT' }, ''],
  ['/limit', 'PUT', { limit: 0 }, '/limit'],
  ['/limit', 'PUT', { limit: 'off' }, '/limit'],
  ['/limit', 'PUT', {}, '/limit'],
  ['/jobs?state=lost', 'GET', undefined, '/state'],
  ['/jobs?code=x', 'GET', undefined, '/code'],
] as const)('%s refuses %s %j and changes nothing', async (path, method, body, pointer) => {
  const [failed] = await submit(1);
  await fail(failed!, 'TEI_DIMENSION');
  const answer = await ask(path, method, body);
  expect(answer).toMatchObject({ status: 422, body: { code: 'API_INVALID' } });
  expect(answer.body['errors']).toContainEqual({ pointer, detail: expect.any(String) });
  expect(await idsOf('?state=failed')).toEqual(new Set([failed]));
});
