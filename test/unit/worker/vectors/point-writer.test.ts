import { describe, expect, test } from 'vitest';

import { pointId } from '../../../../worker/vectors/points.ts';
import { Vectors } from '../../../../worker/vectors/vectors.ts';
import { openScriptedQdrant, sayAsProxy, sayAsQdrant } from '../../../doubles/scripted-qdrant.ts';
import type { Answer, Call, ScriptedQdrant } from '../../../doubles/scripted-qdrant.ts';
import { buildVersion, writeAll } from './written-version.ts';

const open = ({ url: qdrantUrl }: ScriptedQdrant) =>
  new Vectors({ qdrantUrl, collection: 'pages', vectorDim: 4, embeddingModel: 'maker/model' });
const isWrite = ({ path }: Call) => path.endsWith('/points/batch');
const pointsOf = ({ body }: Call) => body.operations?.[0]?.upsert?.points ?? [];

describe('a firewall that refuses what is in one document', () => {
  const page = '<html><title>Request Rejected</title>Your support ID is 1</html>';
  const refusals: readonly (readonly [string, Answer])[] = [
    ['403', sayAsProxy(403, 'Forbidden')],
    ['406', sayAsProxy(406, 'Not Acceptable')],
    ['501', sayAsProxy(501, 'Not Implemented')],
    ['400 in JSON', { status: 400, body: { error: 'blocked', rule: 942_100 } }],
    ['200 and a page', { status: 200, body: page }],
    ['a redirection', { status: 302, body: '', headers: { location: '/blocked' } }],
  ];

  test.each(refusals)('with %s keeps no other document waiting', async (_title, said) => {
    await using qdrant = await openScriptedQdrant();
    const vectors = open(qdrant);
    qdrant.refuse = (call) =>
      JSON.stringify(pointsOf(call)).includes('DROP TABLE') || call.path === '/blocked'
        ? said
        : undefined;
    await expect(writeAll(vectors, buildVersion(2, 'DROP TABLE users'))).rejects.toMatchObject({
      code: 'QDRANT_ANSWER',
      kind: 'retryable',
      message: expect.stringMatching(
        /^Qdrant .*; other writes pass: a firewall or a proxy refuses/,
      ),
    });
    await writeAll(vectors, buildVersion(2));
  });

  test.each([...refusals, ['502', sayAsProxy(502, 'Bad Gateway')] as const])(
    'and every other write, with %s, keeps all waiting',
    async (_title, said) => {
      await using qdrant = await openScriptedQdrant();
      qdrant.refuse = (call) => (isWrite(call) || call.path === '/blocked' ? said : undefined);
      await expect(writeAll(open(qdrant), buildVersion(2))).rejects.toMatchObject({ kind: 'away' });
    },
  );

  test('is not blamed for a key that Qdrant itself refuses', async () => {
    await using qdrant = await openScriptedQdrant();
    qdrant.refuse = (call) =>
      pointsOf(call).length > 0 ? sayAsQdrant(403, 'Forbidden: Write access required') : undefined;
    await expect(writeAll(open(qdrant), buildVersion(2))).rejects.toMatchObject({
      code: 'QDRANT_AUTH',
      kind: 'away',
    });
  });
});

describe('a collection that was replaced while a worker runs', () => {
  const wrongSize = 'Wrong input: Vector dimension error: expected dim: 8, got 4';
  test.each([
    ['by one of another size', { size: 8, distance: 'Cosine' }, wrongSize, 'QDRANT_DIMENSION'],
    [
      'by one with named vectors',
      { text: { size: 4, distance: 'Cosine' } },
      'Wrong input: Not existing vector name error: ',
      'QDRANT_DIMENSION',
    ],
    [
      'by one of shards with keys',
      { size: 4, distance: 'Cosine' },
      'Wrong input: Shard key not specified',
      'QDRANT_ANSWER',
    ],
  ])('%s keeps documents waiting', async (_title, shape, error, code) => {
    await using qdrant = await openScriptedQdrant();
    const vectors = open(qdrant);
    await writeAll(vectors, buildVersion(2));
    qdrant.vectors = shape;
    qdrant.refuse = (call) => (isWrite(call) ? sayAsQdrant(400, error) : undefined);
    const refused = { code, kind: 'away' };
    await expect(writeAll(vectors, buildVersion(2))).rejects.toMatchObject(refused);
  });
});

describe('a limit of writes in a minute that others use up too', () => {
  const asksToWait = sayAsQdrant(429, 'Rate limiting exceeded: Write rate limit exceeded', {
    'retry-after': '3',
  });

  test.each([
    ['429', { status: 429, body: '<html><h1>429 Too Many Requests</h1></html>' }],
    ['429 and a second', { ...sayAsQdrant(429, 'slow down', { 'retry-after': '1' }) }],
    ['503 of nginx', { status: 503, body: '<html><h1>503 Service Unavailable</h1></html>' }],
  ])('that a proxy has (%s) is waited for', async (_title, refusal) => {
    await using qdrant = await openScriptedQdrant();
    let asked = 0;
    qdrant.refuse = () => (asked++ % 2 === 0 ? refusal : undefined);
    await writeAll(open(qdrant), buildVersion(2));
    expect(qdrant.points.size).toBe(2);
  });

  test('delays the rest of a document, which is written once', async () => {
    await using qdrant = await openScriptedQdrant();
    qdrant.strictMode = { enabled: true, write_rate_limit: 60_000 };
    const written: string[] = [];
    let refusals = 0;
    qdrant.refuse = (call) => {
      const ids = pointsOf(call).map(({ id }) => id);
      if (ids.length > 0 && refusals++ % 3 > 0) return asksToWait;
      written.push(...ids);
      return undefined;
    };
    await writeAll(open(qdrant), buildVersion(250));
    expect(written).toEqual(
      Array.from({ length: 250 }, (_, index) => pointId('https://example.test/a', index)),
    );
  });

  test.each([
    ['that a proxy has for longer', undefined, 1],
    ['that leaves nothing for long', { enabled: true, write_rate_limit: 60_000 }, 11],
  ])('%s keeps the document waiting', async (_title, strictMode, asked) => {
    await using qdrant = await openScriptedQdrant();
    qdrant.strictMode = strictMode;
    let writes = 0;
    qdrant.refuse = (call) => {
      if (!isWrite(call)) return undefined;
      writes += 1;
      return asksToWait;
    };
    await expect(writeAll(open(qdrant), buildVersion(250))).rejects.toMatchObject({
      code: 'QDRANT_ANSWER',
      kind: 'away',
      message: expect.stringContaining('write_rate_limit'),
    });
    expect(writes).toBe(asked);
  });

  test('is not waited for when the work is stopped', async () => {
    await using qdrant = await openScriptedQdrant();
    qdrant.strictMode = { enabled: true, write_rate_limit: 1 };
    const stopping = new AbortController();
    qdrant.refuse = (call) => {
      if (!isWrite(call)) return undefined;
      setImmediate(() => stopping.abort());
      return asksToWait;
    };
    const written = writeAll(open(qdrant), buildVersion(2), stopping.signal);
    await expect(written).rejects.toMatchObject({ name: 'AbortError' });
  });
});
