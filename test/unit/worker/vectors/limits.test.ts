import { expect, test } from 'vitest';

import { readPoints } from '../../../../worker/audit/points.ts';
import { pointId } from '../../../../worker/vectors/points.ts';
import { Vectors } from '../../../../worker/vectors/vectors.ts';
import { openScriptedQdrant, sayAsQdrant } from '../../../doubles/scripted-qdrant.ts';
import type { Call, ScriptedQdrant } from '../../../doubles/scripted-qdrant.ts';
import { buildVersion, readAllPoints, writeAll } from './written-version.ts';

const open = ({ url: qdrantUrl }: ScriptedQdrant) =>
  new Vectors({ qdrantUrl, collection: 'pages', vectorDim: 4, embeddingModel: 'maker/model' });
const idsOf = (chunks: number) =>
  Array.from({ length: chunks }, (_, index) => pointId('https://example.test/a', index));
const writes = ({ calls }: ScriptedQdrant) =>
  calls.flatMap(({ body }) => body.operations?.[0]?.upsert?.points.length ?? []);

interface Strict {
  readonly enabled?: boolean;
  readonly upsert_max_batchsize?: number | null;
  readonly write_rate_limit?: number | null;
  readonly max_query_limit?: number | null;
  readonly read_rate_limit?: number | null;
}

/** Refuses what is beyond the limits that the collection states, as Qdrant in strict mode. */
function keepLimits({ enabled = true, ...strict }: Strict) {
  return ({ body }: Call) => {
    const points = body.operations?.[0]?.upsert?.points.length ?? 0;
    if (!enabled) return undefined;
    if (points > (strict.upsert_max_batchsize ?? Infinity))
      return sayAsQdrant(400, `Bad request: Limit exceeded ${points} for "upsert limit". Help: …`);
    if (points > (strict.write_rate_limit ?? Infinity))
      return sayAsQdrant(
        429,
        'Rate limiting exceeded: Write rate limit exceeded, request larger than rate limiter ' +
          'capacity, please try to split your request',
      );
    if ((body.ids?.length ?? 0) > (strict.read_rate_limit ?? Infinity))
      return sayAsQdrant(429, 'Rate limiting exceeded: Read rate limit exceeded, request larger …');
    if ((body.limit ?? 0) > (strict.max_query_limit ?? Infinity))
      return sayAsQdrant(400, `Bad request: Limit exceeded ${body.limit} for "limit". Help: …`);
    return undefined;
  };
}

test.each<readonly [string, Strict, readonly number[]]>([
  ['upsert_max_batchsize', { upsert_max_batchsize: 100 }, [100, 50]],
  ['write_rate_limit', { write_rate_limit: 60 }, [60, 60, 30]],
  ['the smaller of both', { upsert_max_batchsize: 100, write_rate_limit: 75 }, [75, 75]],
  ['a limit above what is sent', { upsert_max_batchsize: 500, write_rate_limit: 1e9 }, [128, 22]],
  ['no limit', { upsert_max_batchsize: null }, [128, 22]],
  ['limits of a strict mode that is off', { enabled: false, write_rate_limit: 1 }, [128, 22]],
])('a document of 150 chunks is written within %s', async (_title, strict, expected) => {
  await using qdrant = await openScriptedQdrant();
  qdrant.strictMode = { enabled: true, ...strict };
  qdrant.refuse = keepLimits(strict);
  await writeAll(open(qdrant), buildVersion(150));
  expect(writes(qdrant)).toEqual(expected);
  expect([...qdrant.points]).toEqual(idsOf(150));
});

test('points are read in pages within max_query_limit, and all of them', async () => {
  await using qdrant = await openScriptedQdrant();
  const strict = { max_query_limit: 7 };
  qdrant.strictMode = { enabled: true, ...strict };
  qdrant.refuse = keepLimits(strict);
  for (const id of idsOf(23)) qdrant.points.add(id);
  const ids = (points: readonly { id: string }[]) => points.map(({ id }) => id);
  // Each in a process of its own, as commands are.
  expect(ids(await readAllPoints(open(qdrant)))).toEqual(idsOf(23));
  expect(ids(await readPoints(open(qdrant), idsOf(23)))).toEqual(idsOf(23));
  const documents = [...(await open(qdrant).inventory()).values()];
  expect(documents.map(({ points }) => points)).toEqual([23]);
  await open(qdrant).documentsBy('local', 1_000);
  await open(qdrant).search([1, 0, 0, 0], 50);
  expect(qdrant.calls.filter(({ body: { limit = 0 } }) => limit > 7)).toEqual([]);
});

test('points are read by their ids as many at a time as read_rate_limit lets pass', async () => {
  await using qdrant = await openScriptedQdrant();
  const strict = { read_rate_limit: 10 };
  qdrant.strictMode = { enabled: true, ...strict };
  qdrant.refuse = keepLimits(strict);
  for (const id of idsOf(23)) qdrant.points.add(id);
  const points = await readPoints(open(qdrant), idsOf(23));
  expect(points.map(({ id }) => id)).toEqual(idsOf(23));
});

test('a limit that is set while a worker runs holds after one refusal', async () => {
  await using qdrant = await openScriptedQdrant();
  const vectors = open(qdrant);
  await writeAll(vectors, buildVersion(150));
  const strict = { upsert_max_batchsize: 100, max_query_limit: 7 };
  qdrant.strictMode = { enabled: true, ...strict };
  qdrant.refuse = keepLimits(strict);
  await expect(writeAll(vectors, buildVersion(150))).rejects.toMatchObject({ kind: 'away' });
  await writeAll(vectors, buildVersion(150));
  expect(writes(qdrant)).toEqual([128, 22, 100, 50]);
  await vectors.search([1, 0, 0, 0], 50);
});

test('a collection is asked for its limits once', async () => {
  await using qdrant = await openScriptedQdrant();
  const vectors = open(qdrant);
  await vectors.countBy('local');
  await readAllPoints(vectors);
  await vectors.inventory();
  expect(qdrant.calls.filter(({ method }) => method === 'GET')).toHaveLength(1);
});

test.each(['60', 'Wed, 21 Oct 2026 07:28:00 GMT'])(
  'a 429 that asks to wait (%s) is called what it is',
  async (after) => {
    await using qdrant = await openScriptedQdrant();
    const error = 'Rate limiting exceeded: Write rate limit exceeded. Retry after 60s';
    qdrant.refuse = ({ path }) =>
      path.endsWith('/batch') ? sayAsQdrant(429, error, { 'retry-after': after }) : undefined;
    await expect(writeAll(open(qdrant), buildVersion(2))).rejects.toMatchObject({
      code: 'QDRANT_ANSWER',
      kind: 'away',
      message: expect.stringMatching(/^Qdrant upsert answered 429: .*write_rate_limit/),
    });
  },
);
