import { randomUUID } from 'node:crypto';

import { QdrantClient } from '@qdrant/js-client-rest';
import { expect, inject, test } from 'vitest';

import type { ChunkedVersion } from '../../../worker/documents/version.ts';
import { Vectors } from '../../../worker/vectors/vectors.ts';
import { openQdrantGateway } from '../../doubles/qdrant-gateway.ts';
import { buildVersion, writeAll } from '../../unit/worker/vectors/written-version.ts';

const engine = () =>
  new QdrantClient({ url: `http://${inject('stores').qdrant}`, checkCompatibility: false });

/** Vectors in a Qdrant whose collections take 50 points a minute. */
async function open() {
  const gateway = await openQdrantGateway(inject('stores').qdrant, { writesPerMinute: 50 });
  const collection = `pulse-limit-${randomUUID()}`;
  const vectors = new Vectors({
    qdrantUrl: `http://127.0.0.1:${gateway.port}`,
    collection,
    vectorDim: 4,
    embeddingModel: 'maker/model',
  });
  return {
    refused: gateway.refused,
    vectors,
    points: async () =>
      (
        await engine().scroll(collection, { limit: 1_000, with_payload: ['chunkIndex', 'version'] })
      ).points.map(({ payload }) => payload),
    [Symbol.asyncDispose]: () => gateway[Symbol.asyncDispose](),
  };
}

const ofVersion = (version: ChunkedVersion, versionId: number, chunks: number) => ({
  ...version,
  versionId,
  chunks: version.chunks.slice(0, chunks),
});

test('a document with more points than may be written in a minute is written, replaced and removed', async () => {
  await using qdrant = await open();
  const { vectors, refused, points } = qdrant;
  const version = buildVersion(150);
  await writeAll(vectors, ofVersion(version, 1, 150));
  expect(await points()).toHaveLength(150);
  await writeAll(vectors, ofVersion(version, 2, 20));
  const left = await points();
  expect(left).toHaveLength(20);
  expect(left).toEqual(left.map(() => expect.objectContaining({ version: 2 })));
  await writeAll(vectors, ofVersion(version, 3, 150));
  await vectors.remove(version.documentId, 2);
  expect(await points()).toHaveLength(150);
  await vectors.remove(version.documentId);
  expect(await points()).toEqual([]);
  expect(refused).toEqual([]);
});

test('points that are removed by their ids are as many a request as may be', async () => {
  await using qdrant = await open();
  const { vectors, refused, points } = qdrant;
  const version = buildVersion(120);
  await writeAll(vectors, version);
  const page = await vectors.qdrant.ask('scroll', (client) =>
    client.scroll(vectors.identity.alias, { limit: 1_000 }),
  );
  await vectors.removePoints(page.points.map(({ id }) => String(id)));
  expect(await points()).toEqual([]);
  expect(refused).toEqual([]);
});
