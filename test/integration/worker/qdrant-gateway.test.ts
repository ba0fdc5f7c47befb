import { randomUUID } from 'node:crypto';

import { QdrantClient } from '@qdrant/js-client-rest';
import { afterEach, beforeEach, describe, expect, inject, test } from 'vitest';

import { runProbe } from '../../../healthchecks/probe.ts';
import { qdrant as probe } from '../../../healthchecks/qdrant.ts';
import type { ChunkedVersion } from '../../../worker/documents/version.ts';
import { payloadIndexes } from '../../../worker/vectors/points.ts';
import { Vectors } from '../../../worker/vectors/vectors.ts';
import { openQdrantGateway } from '../../doubles/qdrant-gateway.ts';
import type { QdrantGateway } from '../../doubles/qdrant-gateway.ts';
import { first } from '../../harness/certificates.ts';

const engine = () =>
  new QdrantClient({ url: `http://${inject('stores').qdrant}`, checkCompatibility: false });
let gateway: QdrantGateway | undefined;
afterEach(() => gateway?.[Symbol.asyncDispose]());

async function openGateway(options: Parameters<typeof openQdrantGateway>[1]) {
  gateway = await openQdrantGateway(inject('stores').qdrant, options);
  return gateway;
}

const settings = (qdrantUrl: string, collection = `pulse-gateway-${randomUUID()}`) => ({
  qdrantUrl,
  collection,
  vectorDim: 4,
  embeddingModel: 'maker/model',
});
const version = {
  documentId: randomUUID(),
  versionId: 1,
  page: {
    url: 'https://example.test/a',
    title: 'A',
    language: 'en',
    country: 'DE',
    isMobile: false,
  },
  chunks: [0, 1].map((index) => ({ index, text: `passage ${index}`, headings: [] })),
} as unknown as ChunkedVersion;

/** Everything that filters: a write with its surplus, searches, counts, the audit, a removal. */
async function useAll(vectors: Vectors): Promise<string[]> {
  const embedded = [
    [1, 0, 0, 0],
    [0, 1, 0, 0],
  ];
  await vectors.write({ version, chunks: version.chunks, vectors: embedded, by: 'gpu-host' });
  await vectors.countBy('local');
  await vectors.documentsBy('local', 10);
  await vectors.inventory({ embedder: 'gpu-host' });
  const found = await vectors.search(
    [1, 0, 0, 0],
    1,
    {
      domain: 'example.test',
      language: 'en',
      country: 'DE',
      isMobile: false,
      exceptDomain: 'x.test',
    },
    [version.page.url],
  );
  await vectors.remove(version.documentId);
  return found.map(({ passage }) => passage);
}

async function check({ qdrantUrl, collection }: ReturnType<typeof settings>) {
  return (await runProbe(probe, { url: qdrantUrl, collection, dimension: 4 })).code;
}

describe('a Qdrant behind a proxy', () => {
  const collection = `pulse-gateway-${randomUUID()}`;
  const checkCertificates = process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  beforeEach(() => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = '0';
  });
  afterEach(() => {
    process.env['NODE_TLS_REJECT_UNAUTHORIZED'] = checkCertificates;
    if (checkCertificates === undefined) delete process.env['NODE_TLS_REJECT_UNAUTHORIZED'];
  });

  test.each([
    ['below a path', { prefix: '/qdrant' }, 'http://127.0.0.1:PORT/qdrant'],
    ['below a deep path, with a slash', { prefix: '/a/b' }, 'http://127.0.0.1:PORT/a/b/'],
    [
      'with TLS, below a path',
      { certificate: first, prefix: '/qdrant' },
      'https://127.0.0.1:PORT/qdrant',
    ],
    ['at an IPv6 address', { host: '::1', prefix: '/q' }, 'http://[::1]:PORT/q'],
  ] as const)('%s is used where it is checked', async (_title, options, url) => {
    const { port, seen, refused } = await openGateway(options);
    const with_ = settings(url.replace('PORT', String(port)), collection);
    expect(await useAll(new Vectors(with_))).toEqual(['passage 0']);
    expect(await check(with_)).toBeNull();
    expect(refused).toEqual([]);
    expect(seen.length).toBeGreaterThan(5);
  });
});

describe('a Qdrant in strict mode', () => {
  test('gets every payload index before the first filter', async () => {
    const { port, refused } = await openGateway({ strict: true });
    const with_ = settings(`http://127.0.0.1:${port}`);
    expect(await useAll(new Vectors(with_))).toEqual(['passage 0']);
    // Another process finds the collection, and looks for points of another model.
    await new Vectors(with_).ensureCollection();
    expect(refused).toEqual([]);
  });

  test('that holds a collection of an earlier version gets the indexes that it lacks', async () => {
    const { port, refused } = await openGateway({ strict: true });
    const with_ = settings(`http://127.0.0.1:${port}`);
    await engine().createCollection(with_.collection, {
      vectors: { size: 4, distance: 'Cosine' },
    });
    expect(await new Vectors(with_).countBy('local')).toBe(0);
    expect(await useAll(new Vectors(with_))).toEqual(['passage 0']);
    expect(refused).toEqual([]);
  });

  test('that still builds an index keeps documents waiting', async () => {
    const { port } = await openGateway({ strict: true });
    const with_ = settings(`http://127.0.0.1:${port}`);
    const vectors = new Vectors(with_);
    await vectors.ensureCollection();
    await engine().deletePayloadIndex(with_.collection, 'domain');
    await expect(vectors.search([1, 0, 0, 0], 1, { domain: 'a.test' })).rejects.toMatchObject({
      code: 'QDRANT_ANSWER',
      kind: 'away',
      message: expect.stringContaining('domain'),
    });
  });
});

describe('a key that may use its own collection alone', () => {
  test('uses the collection that the operator made', async () => {
    const collection = `pulse-gateway-${randomUUID()}`;
    const { port, refused } = await openGateway({ ownCollection: collection, strict: true });
    const with_ = settings(`http://127.0.0.1:${port}`, collection);
    await engine().createCollection(collection, { vectors: { size: 4, distance: 'Cosine' } });
    expect(await useAll(new Vectors(with_))).toEqual(['passage 0']);
    await new Vectors(with_).ensureCollection();
    expect(await check(with_)).toBeNull();
    expect(refused).toEqual([]);
  });

  test('without that collection is told which one to make, or which rights it lacks', async () => {
    const collection = `pulse-gateway-${randomUUID()}`;
    const { port } = await openGateway({ ownCollection: collection });
    const with_ = settings(`http://127.0.0.1:${port}`, collection);
    const error = await new Vectors(with_).ensureCollection().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'QDRANT_RIGHTS', kind: 'away' });
    const { message } = error as Error;
    for (const words of [`make collection ${collection}`, '4 dimensions, Cosine', 'list, create'])
      expect(message).toContain(words);
    for (const field of Object.keys(payloadIndexes)) expect(message).toContain(field);
  });
});
