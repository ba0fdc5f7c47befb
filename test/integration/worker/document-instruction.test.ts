import { randomUUID } from 'node:crypto';

import { QdrantClient } from '@qdrant/js-client-rest';
import { describe, expect, inject, test } from 'vitest';

import { encodeText } from '../../../worker/embeddings/tei.ts';
import { PulseError } from '../../../worker/errors.ts';
import { rebuildCollection } from '../../../worker/rebuild/collection.ts';
import { Vectors } from '../../../worker/vectors/vectors.ts';
import { findInconsistencies } from '../../harness/consistency.ts';
import { page } from '../../harness/pages.ts';
import { openTestStack } from '../../harness/test-stack.ts';
import type { TestStack } from '../../harness/test-stack.ts';
import { wordModelLimit } from '../../harness/tokenizer.ts';

const engine = () =>
  new QdrantClient({ url: `http://${inject('stores').qdrant}`, checkCompatibility: false });
const e5 = 'intfloat/e5-of-words';

const settings = (documentInstruction: string, embeddingModel = e5) => ({
  qdrantUrl: `http://${inject('stores').qdrant}`,
  collection: `pulse-instruction-${randomUUID()}`,
  vectorDim: 4,
  embeddingModel,
  documentInstruction,
});
type Settings = ReturnType<typeof settings>;
const write = (vectors: Vectors, instruction: string): Promise<void> => {
  const chunks = [{ index: 0, text: 'a passage', headings: [] }];
  const to = { language: 'en', country: 'DE', isMobile: false, description: '', contentHash: '' };
  const version = {
    documentId: randomUUID(),
    versionId: 1,
    page: { url: 'https://example.test/a', title: 'A', ...to },
    chunks,
  };
  return vectors.write(
    { version: version as never, chunks, vectors: [[1, 0, 0, 0]], by: 'gpu-host' },
    { instruction },
  );
};
const metadataOf = async ({ collection }: Settings): Promise<unknown> =>
  (await engine().getCollection(collection)).config.metadata;

describe('a collection', () => {
  test.each([
    ['auto', e5, 'passage: '],
    ['auto', 'maker/model', undefined],
    ['text: ', 'maker/model', 'text: '],
  ])('made with %s for %s records the text before its documents', async (set, model, recorded) => {
    const with_ = settings(set, model);
    const vectors = new Vectors(with_);
    expect(await vectors.documentInstruction()).toBe(recorded ?? '');
    await write(vectors, recorded ?? '');
    expect(await metadataOf(with_)).toEqual({
      model,
      dimension: 4,
      ...(recorded !== undefined && { documentInstruction: recorded }),
    });
    expect(await new Vectors(with_).documentInstruction()).toBe(recorded ?? '');
  });

  test.each([
    ['an earlier version, without one,', 'none', 'auto', ''],
    ['the text of its model,', 'auto', 'none', 'passage: '],
  ])('made by %s keeps it', async (_title, before, after, kept) => {
    const first = settings(before);
    await write(new Vectors(first), kept);
    // As the API, which only searches.
    const searching = new Vectors({ ...first, documentInstruction: after });
    expect(await searching.documentInstruction()).toBe(kept);
    const vectors = new Vectors({ ...first, documentInstruction: after });
    await vectors.ensureCollection();
    expect(await vectors.documentInstruction()).toBe(kept);
    await expect(write(vectors, `${kept}other `)).rejects.toMatchObject({
      code: 'QDRANT_INSTRUCTION',
      kind: 'retryable',
    });
    await write(vectors, kept);
  });
});

test('documents and queries of a model that wants it are embedded with it, from a rebuild on', async () => {
  // No tokenizer of this model is to be had: TEI counts.
  const environment = { WEBHOOK_EMBEDDING_MODEL: e5, HF_ENDPOINT: 'http://127.0.0.1:9' };
  await using stack = await openTestStack({ environment });
  stack.tei.become({ model: e5 });
  const { vectors } = stack.services;
  // As an earlier version made it.
  const size = vectors.identity.dimension;
  await engine().createCollection(`${vectors.identity.alias}-v1`, {
    vectors: { size, distance: 'Cosine' },
    metadata: { model: e5, dimension: size },
  });
  // A query asks Qdrant for the text of the collection only while its circuit allows it.
  const { circuits, embedder } = stack.services;
  circuits.qdrant.report(new PulseError('QDRANT_TIMEOUT', 'away', 'no answer'));
  await expect(embedder.primary.embedQuery('words')).rejects.toMatchObject({
    code: 'QDRANT_TIMEOUT',
  });
  await stack.worker();
  await stack.intake.submit(page(1));
  expect(await findInconsistencies(stack)).toEqual([]);
  expect(await differsFrom(stack, '')).toBeLessThan(0.001);

  await rebuildCollection(stack.services, () => {});
  expect(await differsFrom(stack, 'passage: ')).toBeLessThan(0.001);
  expect(await differsFrom(stack, '')).toBeGreaterThan(0.001);
  // A worker that was there before the rebuild follows it.
  await stack.intake.submit(page(1, 2));
  expect(await findInconsistencies(stack)).toEqual([]);
  expect(await differsFrom(stack, 'passage: ')).toBeLessThan(0.001);
  // A chunk of before that fills the model's limit.
  const full = 'word '.repeat(wordModelLimit - 2).trim();
  const { primary } = stack.services.embedder;
  await expect(embed(stack, `passage: ${full}`)).rejects.toMatchObject({ kind: 'final' });
  expect(await primary.embedDocuments([full, 'short'], undefined, 'passage: ')).toHaveLength(2);
  const query = await stack.services.embedder.primary.embedQuery('words');
  expect(distance(query, await embed(stack, 'query: words'))).toBeLessThan(0.001);
});

/** How far the vectors in use are at most from those of their passages after this text. */
async function differsFrom(stack: TestStack, instruction: string): Promise<number> {
  const { alias } = stack.services.vectors.identity;
  const { points } = await engine().scroll(alias, { with_vector: true, limit: 100 });
  expect(points.length).toBeGreaterThan(0);
  const far = points.map(async ({ payload, vector }) =>
    distance(
      vector as number[],
      await embed(stack, `${instruction}${String(payload?.['passage'])}`),
    ),
  );
  return Math.max(...(await Promise.all(far)));
}

async function embed({ services }: TestStack, text: string): Promise<number[]> {
  const [vector] = await services.tei.embed([encodeText(text)]);
  return vector as number[];
}

function distance(one: readonly number[], other: readonly number[]): number {
  return Math.hypot(...one.map((value, index) => value - (other[index] ?? NaN)));
}
