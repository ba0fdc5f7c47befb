import { randomUUID } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { readPoints } from '../../../../worker/audit/points.ts';
import { Vectors } from '../../../../worker/vectors/vectors.ts';
import { openScriptedQdrant, sayAsProxy, sayAsQdrant } from '../../../doubles/scripted-qdrant.ts';
import type { Answer, Call } from '../../../doubles/scripted-qdrant.ts';
import { buildVersion, readAllPoints, writeAll } from './written-version.ts';

const settings = { collection: 'pages', vectorDim: 4, embeddingModel: 'maker/model' };

/** Every kind of request that a worker or the audit sends. */
const requests: readonly (readonly [string, (vectors: Vectors) => Promise<unknown>])[] = [
  ['a write', (vectors) => writeAll(vectors, buildVersion(2))],
  ['a removal', (vectors) => vectors.remove(randomUUID())],
  ['a search', (vectors) => vectors.search([1, 0, 0, 0], 10)],
  ['a count', (vectors) => vectors.countBy('local')],
  ['an inventory', (vectors) => vectors.inventory()],
  ['a list of documents', (vectors) => vectors.documentsBy('local', 10)],
  ['a preparation', (vectors) => vectors.ensureCollection()],
  ['the text before documents', (vectors) => vectors.documentInstruction('pages-v2')],
  ['an audit of missing points', (vectors) => readPoints(vectors, ['a'])],
  ['an audit of all points', (vectors) => readAllPoints(vectors)],
];

describe('a 404', () => {
  test.each([
    ['of Traefik', { status: 404, body: '404 page not found\n' }],
    ['of nginx', sayAsProxy(404, 'Not Found')],
    ['of a gateway, in JSON', { status: 404, body: { message: 'no Route matched' } }],
    ['of another API, in JSON', { status: 404, body: { status: 404, error: 'Not Found' } }],
    ['without a body', { status: 404, body: '' }],
  ] as const)('%s keeps all waiting, and says nothing of the collection', async (_title, said) => {
    await using qdrant = await openScriptedQdrant();
    const opened = new Vectors({ ...settings, qdrantUrl: qdrant.url });
    await opened.ensureCollection();
    qdrant.refuse = (): Answer => said;
    // Also at the first request of a process, before it has seen the collection.
    const started = () => new Vectors({ ...settings, qdrantUrl: qdrant.url });
    for (const [request, ask] of requests)
      for (const vectors of [opened, started()])
        await expect(ask(vectors), request).rejects.toMatchObject({
          code: 'QDRANT_ANSWER',
          kind: 'away',
          message: expect.stringContaining("answered 404, not in Qdrant's words"),
        });
  });

  test('of Qdrant means that there is no collection, and so no point', async () => {
    await using qdrant = await openScriptedQdrant();
    const vectors = new Vectors({ ...settings, qdrantUrl: qdrant.url });
    await vectors.ensureCollection();
    qdrant.refuse = () => sayAsQdrant(404, "Not found: Collection `pages` doesn't exist!");
    expect(await vectors.countBy('local')).toBe(0);
    expect(await vectors.inventory()).toEqual(new Map());
    expect(await vectors.documentsBy('local', 10)).toEqual([]);
    expect(await readPoints(vectors, ['a'])).toEqual([]);
    expect(await readAllPoints(vectors)).toEqual([]);
    await expect(vectors.remove(randomUUID())).rejects.toMatchObject({
      code: 'QDRANT_COLLECTION',
      kind: 'away',
    });
  });
});

test('a page with 200, of a login or a firewall, keeps all waiting and is quoted', async () => {
  const page = '<html><head><title>Request Rejected</title></head>Your support ID is 123</html>';
  await using qdrant = await openScriptedQdrant();
  const opened = new Vectors({ ...settings, qdrantUrl: qdrant.url });
  await opened.ensureCollection();
  qdrant.refuse = () => ({ status: 200, body: page, headers: { 'content-type': 'text/html' } });
  for (const [request, ask] of requests)
    for (const vectors of [opened, new Vectors({ ...settings, qdrantUrl: qdrant.url })])
      await expect(ask(vectors), request).rejects.toMatchObject({
        code: 'QDRANT_ANSWER',
        kind: 'away',
        message:
          'Qdrant answered 200, with something other than a result: ' +
          'Request Rejected Your support ID is 123',
      });
});

describe('an answer that no document can be at fault for', () => {
  const all = () => true;
  const isWrite = ({ path }: Call) => path.endsWith('/points/batch');
  const isIndex = ({ path }: Call) => path.endsWith('/index');
  const isNew = ({ method, path }: Call) => method === 'PUT' && !path.includes('/index');
  const isReading = ({ method }: Call) => method === 'GET';
  const full = (what: string) => sayAsQdrant(400, `Bad request: Max ${what} limit of 1 reached!`);
  const collections =
    "Bad request: Can't create collection with name pages-v1. Max collections limit reached: 5";
  const indexes =
    'Bad request: Collection already has the maximum number of payload indices (2). ' +
    'Help: Please delete an existing index before creating a new one.';
  const memory =
    'Bad request: Resident memory usage is at 91% of total memory, exceeding the configured limit ' +
    'of 90%. Help: Reduce memory usage';

  test.each([
    ['a proxy that wants a certificate', isReading, sayAsProxy(400, 'No required SSL certificate')],
    ['a firewall that allows no POST', isWrite, sayAsProxy(405, 'Not Allowed')],
    ['a firewall that allows no PUT', isIndex, sayAsProxy(405, 'Not Allowed')],
    ['a proxy that answers 400 in JSON', isWrite, { status: 400, body: { error: 'bad gateway' } }],
    ['a proxy that answers 422', isWrite, sayAsProxy(422, 'Unprocessable')],
    ['a proxy that wants a payment', all, sayAsProxy(402, 'Payment Required')],
    ['a full collection, by points', isWrite, full('points count')],
    ['a full collection, by vectors', isWrite, full('vector storage size')],
    ['a full collection, by payloads', isWrite, full('payload storage size')],
    ['a memory at its limit', isWrite, sayAsQdrant(400, memory)],
    ['no room for another index', isIndex, sayAsQdrant(400, indexes)],
    ['a collection that Qdrant cannot read', isReading, sayAsQdrant(400, 'Wrong input: shard')],
  ] as const)('keeps a document waiting: %s', async (_title, isRefused, said) => {
    await using qdrant = await openScriptedQdrant();
    qdrant.indexes = {};
    qdrant.refuse = (call) => (isRefused(call) ? said : undefined);
    const vectors = new Vectors({ ...settings, qdrantUrl: qdrant.url });
    await expect(writeAll(vectors, buildVersion(2))).rejects.toMatchObject({
      code: 'QDRANT_ANSWER',
      kind: 'away',
      message: expect.stringContaining(`answered ${said.status}`),
    });
    qdrant.refuse = () => undefined;
    await writeAll(vectors, buildVersion(2));
  });

  test('keeps a document waiting: a Qdrant that takes no more collections', async () => {
    await using qdrant = await openScriptedQdrant();
    qdrant.refuse = (call) => (isNew(call) ? sayAsQdrant(400, collections) : undefined);
    const collection = 'others';
    const vectors = new Vectors({ ...settings, collection, qdrantUrl: qdrant.url });
    await expect(writeAll(vectors, buildVersion(2))).rejects.toMatchObject({
      code: 'QDRANT_ANSWER',
      kind: 'away',
      message: expect.stringContaining('Max collections limit reached: 5'),
    });
  });
});

test.each([
  [400, 'Wrong input: Vector dimension error: expected dim: 4, got 3'],
  [400, 'Format error in JSON body: invalid type: null, expected f32'],
  [422, 'Validation error in JSON body: [operations[0].upsert.points: too few]'],
])('points that Qdrant refuses in its words fail at once: %i %s', async (status, error) => {
  await using qdrant = await openScriptedQdrant();
  const vectors = new Vectors({ ...settings, qdrantUrl: qdrant.url });
  qdrant.refuse = ({ path }) => (/batch|query/.test(path) ? sayAsQdrant(status, error) : undefined);
  const refused = { code: 'QDRANT_ANSWER', kind: 'final' };
  await expect(writeAll(vectors, buildVersion(2))).rejects.toMatchObject(refused);
  await expect(vectors.search([1, 0, 0], 10)).rejects.toMatchObject(refused);
});

test('a query that is beyond a limit keeps no document waiting', async () => {
  await using qdrant = await openScriptedQdrant();
  const vectors = new Vectors({ ...settings, qdrantUrl: qdrant.url });
  const error = 'Bad request: Condition size limit reached (50 > 10). Help: Reduce the size';
  qdrant.refuse = ({ path }) => (path.endsWith('query') ? sayAsQdrant(400, error) : undefined);
  await expect(vectors.search([1, 0, 0, 0], 10)).rejects.toMatchObject({ kind: 'final' });
});
