import { expect, test } from 'vitest';

import { pointId } from '../../../../worker/vectors/points.ts';
import { Vectors } from '../../../../worker/vectors/vectors.ts';
import { openScriptedQdrant, sayAsProxy, sayAsQdrant } from '../../../doubles/scripted-qdrant.ts';
import type { Call, ScriptedQdrant } from '../../../doubles/scripted-qdrant.ts';
import { buildVersion, writeAll } from './written-version.ts';

const open = ({ url: qdrantUrl }: ScriptedQdrant) =>
  new Vectors({ qdrantUrl, collection: 'pages', vectorDim: 4, embeddingModel: 'maker/model' });
/** The number of points of each write that was let through, and whether it deletes too. */
const writes = ({ calls }: ScriptedQdrant) =>
  calls.flatMap(({ body: { operations } }) =>
    operations === undefined ? [] : [[operations[0]?.upsert?.points.length, operations.length - 1]],
  );
const idsOf = (chunks: number) =>
  Array.from({ length: chunks }, (_, index) => pointId('https://example.test/a', index));
const tooLarge = sayAsProxy(413, 'Request Entity Too Large');

test.each([
  ['a proxy that takes 16 kB', tooLarge, 16_000],
  ['a proxy that takes a single point', tooLarge, 4_000],
  [
    'a Qdrant whose own limit is smaller',
    sayAsQdrant(400, 'JSON payload (32341 bytes) is larger than allowed (limit: 16000 bytes).'),
    16_000,
  ],
  [
    'a Qdrant that is sent pieces',
    sayAsQdrant(400, 'JSON payload has exceeded limit (16000 bytes).'),
    16_000,
  ],
  ['a proxy that answers in JSON', { status: 413, body: { message: 'too large' } }, 16_000],
])('points are sent again in halves, in their order, to %s', async (_title, said, mostBytes) => {
  await using qdrant = await openScriptedQdrant();
  let refusals = 0;
  qdrant.refuse = ({ bytes }) => {
    if (bytes <= mostBytes) return undefined;
    refusals += 1;
    return said;
  };
  const vectors = open(qdrant);
  await writeAll(vectors, buildVersion(23, 'x'.repeat(1_000)));
  expect([...qdrant.points]).toEqual(idsOf(23));
  // What is surplus is deleted after all points are written, and once.
  expect(writes(qdrant).map(([, deletes]) => deletes)).toEqual([
    ...writes(qdrant)
      .slice(1)
      .map(() => 0),
    1,
  ]);

  // The process has learned the size.
  expect(refusals).toBeGreaterThan(0);
  refusals = 0;
  await writeAll(vectors, buildVersion(23, 'x'.repeat(1_000)));
  expect(refusals).toBe(0);
});

test('one point that is too large fails at once, and says whose limit it is', async () => {
  await using qdrant = await openScriptedQdrant();
  qdrant.refuse = ({ bytes }) => (bytes > 1_200 ? tooLarge : undefined);
  const error = await writeAll(open(qdrant), buildVersion(5, 'x'.repeat(1_000))).catch(
    (reason: unknown) => reason,
  );
  expect(error).toMatchObject({ code: 'QDRANT_ANSWER', kind: 'final' });
  for (const words of ['answered 413', 'client_max_body_size', 'proxy-body-size'])
    expect((error as Error).message).toContain(words);
});

test('points are not sent in halves for another reason', async () => {
  await using qdrant = await openScriptedQdrant();
  let asked = 0;
  qdrant.refuse = ({ path }: Call) => {
    if (!path.endsWith('/points/batch')) return undefined;
    asked += 1;
    return sayAsProxy(502, 'Bad Gateway');
  };
  const vectors = open(qdrant);
  await expect(writeAll(vectors, buildVersion(128))).rejects.toMatchObject({ kind: 'away' });
  expect(asked).toBe(1);
  qdrant.refuse = () => undefined;
  await writeAll(vectors, buildVersion(130));
  expect(writes(qdrant)).toEqual([
    [128, 0],
    [2, 1],
  ]);
});
