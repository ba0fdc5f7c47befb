import type { QdrantClient } from '@qdrant/js-client-rest';
import { describe, expect, test } from 'vitest';

import { prepareCollection } from '../../../../worker/vectors/collection.ts';
import { payloadIndexes } from '../../../../worker/vectors/points.ts';

const identity = { alias: 'pages', model: 'maker/model', dimension: 4, documentInstruction: '' };
const { chunker: _new, ...ofBefore } = payloadIndexes;
const strict = { enabled: true, unindexed_filtering_update: false };

interface Held {
  readonly indexes?: object;
  readonly points?: number;
  readonly strictMode?: object;
  /** The model of a point. */
  readonly model?: string;
  readonly mayMakeIndexes?: boolean;
}

/** A client of a Qdrant that holds the collection, and what it was asked to make. */
function holding({
  indexes = ofBefore,
  points = 1_000_000,
  strictMode,
  model,
  mayMakeIndexes = true,
}: Held) {
  const made: { field_name: string; field_schema: string; wait: boolean }[] = [];
  const client = {
    collectionExists: async () => ({ exists: true }),
    getCollection: async () => ({
      payload_schema: indexes,
      points_count: points,
      config: {
        params: { vectors: { size: 4, distance: 'Cosine' } },
        strict_mode_config: strictMode,
      },
    }),
    createPayloadIndex: async (_name: string, index: (typeof made)[number]) => {
      if (!mayMakeIndexes) throw Object.assign(new Error('Forbidden'), { status: 403 });
      made.push(index);
    },
    scroll: async () => ({ points: model === undefined ? [] : [{ payload: { model } }] }),
  };
  return { client: client as unknown as QdrantClient, made };
}

describe('a collection of an earlier version that holds points', () => {
  test('is used without the index of deletions, which only strict mode needs', async () => {
    const { client, made } = holding({});
    await prepareCollection(client, 'pages', identity);
    expect(made).toEqual([]);
  });

  test.each([
    ['in strict mode', { strictMode: strict }, ['chunker']],
    ['without one for a search', { indexes: { ...ofBefore, domain: undefined } }, ['domain']],
  ])('gets an index %s in the background', async (_title, held, fields) => {
    const { client, made } = holding(held);
    await prepareCollection(client, 'pages', identity);
    expect(made.map(({ field_name }) => field_name)).toEqual(fields);
    expect(made.map(({ wait }) => wait)).toEqual([false]);
  });
});

test('a collection without points gets every index before it is used', async () => {
  const { client, made } = holding({ indexes: {}, points: 0 });
  await prepareCollection(client, 'pages', identity);
  expect(made.map(({ field_name }) => field_name).sort()).toEqual(
    Object.keys(payloadIndexes).sort(),
  );
  expect(made.every(({ wait }) => wait)).toBe(true);
});

test('a collection of another model gets no index but the one by which it is recognised', async () => {
  const { client, made } = holding({ indexes: {}, strictMode: strict, model: 'maker/other' });
  await expect(prepareCollection(client, 'pages', identity)).rejects.toMatchObject({
    code: 'QDRANT_MODEL',
  });
  expect(made.map(({ field_name }) => field_name)).toEqual(['model']);
});

test('a key that may not make indexes is told which ones the collection lacks', async () => {
  const { client } = holding({ strictMode: strict, mayMakeIndexes: false });
  await expect(prepareCollection(client, 'pages', identity)).rejects.toMatchObject({
    code: 'QDRANT_RIGHTS',
    kind: 'away',
    message: expect.stringMatching(/collection pages lacks payload indexes.*: chunker integer\./),
  });
});

test.each([
  ['all where it has none', {}, Object.entries(payloadIndexes)],
  [
    'those it lacks',
    { ...payloadIndexes, url: undefined, model: undefined },
    [
      ['url', 'keyword'],
      ['model', 'keyword'],
    ],
  ],
])('and that at once, %s', async (_what, indexes, missing) => {
  const { client } = holding({ indexes, strictMode: strict, mayMakeIndexes: false });
  await expect(prepareCollection(client, 'pages', identity)).rejects.toThrow(
    `yourself: ${missing.map((index) => index.join(' ')).join(', ')}.`,
  );
});
