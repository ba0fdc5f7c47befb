import { randomUUID } from 'node:crypto';

import { QdrantClient } from '@qdrant/js-client-rest';
import { describe, expect, inject, test } from 'vitest';

import { runProbe } from '../../../healthchecks/probe.ts';
import { qdrant } from '../../../healthchecks/qdrant.ts';
import type { EmbeddedBy, VersionContent } from '../../../worker/documents/version.ts';
import { Vectors } from '../../../worker/vectors/vectors.ts';
import { Proxy } from '../../harness/proxy.ts';

const client = () =>
  new QdrantClient({ url: `http://${inject('stores').qdrant}`, checkCompatibility: false });
const settings = (more: Partial<ConstructorParameters<typeof Vectors>[0]> = {}) => ({
  qdrantUrl: `http://${inject('stores').qdrant}`,
  collection: `pulse-vectors-${randomUUID()}`,
  vectorDim: 4,
  embeddingModel: 'maker/model',
  ...more,
});

const version = (
  versionId: number,
  more: Partial<VersionContent['page']> = {},
): Omit<VersionContent, 'chunks'> => ({
  documentId: '6e3a9b2c-1d2e-5f3a-8b4c-000000000001',
  versionId,
  page: {
    url: 'https://example.test/a',
    title: 'A',
    description: '',
    language: 'en',
    country: 'DE',
    isMobile: false,
    contentHash: '',
    ...more,
  } as VersionContent['page'],
});
const chunks = (count: number, word: string) =>
  Array.from({ length: count }, (_, index) => ({ index, text: `${word} ${index}`, headings: [] }));
const vectorsOf = (count: number) => Array.from({ length: count }, (_, index) => [1, index, 0, 0]);
const writeBy = (
  by: EmbeddedBy,
  vectors: Vectors,
  of: Omit<VersionContent, 'chunks'>,
  count: number,
  word: string,
): Promise<void> => {
  const whole = { ...of, chunks: chunks(count, word) };
  return vectors.write({ version: whole, chunks: whole.chunks, vectors: vectorsOf(count), by });
};
const write = (
  vectors: Vectors,
  of: Omit<VersionContent, 'chunks'>,
  count: number,
  word: string,
): Promise<void> => writeBy('gpu-host', vectors, of, count, word);
const passages = async (collection: string): Promise<string[]> =>
  (await client().scroll(collection, { limit: 100 })).points
    .map(({ payload }) => String(payload?.['passage']))
    .sort();

describe('a collection', () => {
  test('is made once by processes that start together, behind an alias, and records its model', async () => {
    const with_ = settings();
    await Promise.all(
      [new Vectors(with_), new Vectors(with_), new Vectors(with_)].map((vectors) =>
        vectors.ensureCollection(),
      ),
    );
    const { aliases } = await client().getCollectionAliases(`${with_.collection}-v1`);
    expect(aliases.map(({ alias_name }) => alias_name)).toEqual([with_.collection]);
    const { config, payload_schema } = await client().getCollection(with_.collection);
    expect(config).toMatchObject({
      params: { vectors: { size: 4, distance: 'Cosine' } },
      metadata: { model: 'maker/model', dimension: 4 },
    });
    expect(Object.keys(payload_schema)).toEqual(
      expect.arrayContaining(['documentId', 'url', 'domain', 'language', 'country', 'isMobile']),
    );
  });

  test.for([
    [
      'of another model',
      { embeddingModel: 'maker/other' },
      'QDRANT_MODEL',
      /maker\/model, not of maker\/other/,
    ],
    ['of another size', { vectorDim: 8 }, 'QDRANT_DIMENSION', /4 dimensions, not of 8/],
  ] as const)('%s is refused and left as it is', async ([, difference, code, words]) => {
    const before = settings();
    await write(new Vectors(before), version(1), 2, 'before');
    const after = new Vectors({ ...before, ...difference });
    await expect(after.ensureCollection()).rejects.toMatchObject({
      code,
      kind: 'away',
      message: expect.stringMatching(words),
    });
    await expect(write(after, version(2), 1, 'after')).rejects.toMatchObject({ code });
    expect(await passages(before.collection)).toEqual(['before 0', 'before 1']);
  });

  test('with another distance is refused', async () => {
    const with_ = settings();
    await client().createCollection(`${with_.collection}-v1`, {
      vectors: { size: 4, distance: 'Dot' },
    });
    await expect(new Vectors(with_).ensureCollection()).rejects.toMatchObject({
      code: 'QDRANT_DISTANCE',
    });
  });

  test('that records no model is recognised by its points', async () => {
    const with_ = settings();
    await client().createCollection(`${with_.collection}-v1`, {
      vectors: { size: 4, distance: 'Cosine' },
    });
    await new Vectors(with_).ensureCollection();
    await write(new Vectors(with_), version(1), 1, 'mine');
    await new Vectors(with_).ensureCollection();
    await expect(
      new Vectors({ ...with_, embeddingModel: 'maker/other' }).ensureCollection(),
    ).rejects.toMatchObject({ code: 'QDRANT_MODEL' });
  });

  test('keeps an alias that an operator moved', async () => {
    const with_ = settings();
    await new Vectors(with_).ensureCollection();
    await client().createCollection(`${with_.collection}-v2`, {
      vectors: { size: 4, distance: 'Cosine' },
    });
    await client().updateCollectionAliases({
      actions: [
        { delete_alias: { alias_name: with_.collection } },
        {
          create_alias: { alias_name: with_.collection, collection_name: `${with_.collection}-v2` },
        },
      ],
    });
    await new Vectors(with_).ensureCollection();
    expect((await client().getCollectionAliases(`${with_.collection}-v2`)).aliases).toHaveLength(1);
  });
});

describe('a Qdrant that requires an API key', () => {
  const guarded = async () => {
    const proxy = await Proxy.open(inject('stores').qdrant);
    await proxy.answer(({ headers }) =>
      headers['api-key'] === 'the key'
        ? 'pass'
        : { status: 401, body: { status: { error: 'Must provide an API key' }, time: 0 } },
    );
    return proxy;
  };

  test('gets the configured one with every request', async () => {
    await using proxy = await guarded();
    const with_ = settings({ qdrantUrl: `http://${proxy.authority}`, qdrantApiKey: 'the key' });
    const vectors = new Vectors(with_);
    await write(vectors, version(1), 2, 'kept');
    expect(await vectors.search([1, 0, 0, 0], 3)).toHaveLength(2);
    expect(
      await runProbe(qdrant, {
        url: with_.qdrantUrl,
        apiKey: 'the key',
        collection: with_.collection,
        dimension: 4,
      }),
    ).toMatchObject({ ok: true });
  });

  test.each([[undefined], ['another']])(
    'and gets %s counts as away, with a code of its own',
    async (qdrantApiKey) => {
      await using proxy = await guarded();
      const vectors = new Vectors(
        settings({ qdrantUrl: `http://${proxy.authority}`, qdrantApiKey }),
      );
      await expect(write(vectors, version(1), 1, 'lost')).rejects.toMatchObject({
        code: 'QDRANT_AUTH',
        kind: 'away',
      });
    },
  );
});

describe('points', () => {
  test('of a newer version replace those of an older one, whatever its length', async () => {
    const with_ = settings();
    await write(new Vectors(with_), version(1), 5, 'old');
    await write(new Vectors(with_), version(2), 2, 'new');
    await write(new Vectors(with_), version(2), 2, 'new');
    expect(await passages(with_.collection)).toEqual(['new 0', 'new 1']);
  });

  test('of an older version that arrive late overwrite nothing and remove nothing', async () => {
    const with_ = settings();
    const vectors = new Vectors(with_);
    await write(vectors, version(2), 3, 'new');
    await write(vectors, version(1), 2, 'old');
    expect(await passages(with_.collection)).toEqual(['new 0', 'new 1', 'new 2']);
  });

  test('of the same version are removed when it is chunked by other rules', async () => {
    const with_ = settings();
    const vectors = new Vectors(with_);
    await write(vectors, version(1), 3, 'fine');
    const otherRules = {
      documentId: version(1).documentId,
      version: 1,
      chunkIndex: 0,
      chunker: 0,
      passage: 'of older rules',
    };
    await client().upsert(with_.collection, {
      wait: true,
      points: [{ id: randomUUID(), vector: [1, 0, 0, 0], payload: otherRules }],
    });
    await write(vectors, version(1), 2, 'coarse');
    expect(await passages(with_.collection)).toEqual(['coarse 0', 'coarse 1']);
  });

  test('record who embedded them, and are counted by it', async () => {
    const with_ = settings();
    const vectors = new Vectors(with_);
    await write(vectors, version(1), 2, 'far');
    const near = {
      ...version(1, { url: 'https://example.test/b' }),
      documentId: '6e3a9b2c-1d2e-5f3a-8b4c-000000000002',
    };
    await writeBy('local', vectors, near, 3, 'near');
    expect([...(await vectors.inventory({ embedder: 'local' })).entries()]).toEqual([
      [near.documentId, { points: 3, versions: new Set([1]), embedders: new Set(['local']) }],
    ]);
    expect((await vectors.inventory()).size).toBe(2);
  });

  test('are found only within the filters', async () => {
    const with_ = settings();
    const vectors = new Vectors(with_);
    await write(vectors, version(1), 1, 'a');
    for (const filters of [
      { domain: 'example.test' },
      { language: 'en', country: 'DE' },
      { isMobile: false },
    ])
      expect(await vectors.search([1, 0, 0, 0], 3, filters)).toHaveLength(1);
    for (const filters of [{ domain: 'other.test' }, { language: 'de' }, { isMobile: true }])
      expect(await vectors.search([1, 0, 0, 0], 3, filters)).toEqual([]);
  });
});

test('a removal where there is no collection makes it, and is done', async () => {
  const own = settings();
  await new Vectors(own).remove(randomUUID());
  expect(await client().count(own.collection)).toMatchObject({ count: 0 });
});
