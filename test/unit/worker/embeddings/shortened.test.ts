import { afterEach, describe, expect, test } from 'vitest';

import type { Circuit } from '../../../../worker/circuit/circuit.ts';
import { Embedder } from '../../../../worker/embeddings/embedder.ts';
import { Tei } from '../../../../worker/embeddings/tei.ts';
import { startInstantTei } from '../../../doubles/instant-tei.ts';
import type { InstantTei } from '../../../doubles/instant-tei.ts';

const model = 'org/model';
const dimension = 8;
const maxInputLength = 16;
const closed = { run: <T>(call: () => Promise<T>) => call(), allowsCalls: true };
const tooLong = 'word '.repeat(maxInputLength);

let tei: InstantTei | undefined;
afterEach(() => tei?.close());

async function open(maxBatch: number): Promise<{ server: InstantTei; embedder: Embedder }> {
  const server = await startInstantTei({ model, dimension, maxInputLength });
  tei = server;
  server.become({ maxBatch });
  const settings = {
    teiUrl: server.url,
    embeddingModel: model,
    vectorDim: dimension,
    teiTimeoutMs: 60_000,
    queryInstruction: 'none',
  };
  const embedder = new Embedder(settings, new Tei(settings), closed as unknown as Circuit);
  return { server, embedder };
}

describe('chunks that are too long, by themselves or with the text before them', () => {
  test.each([1, 3, 32])(
    'are shortened by a server that takes %i texts a call',
    async (maxBatch) => {
      const { embedder } = await open(maxBatch);
      const texts = [tooLong, 'two', 'three', 'four', 'five'];
      const said: string[] = [];
      const keep = (reason: string) => said.push(reason);
      expect(await embedder.embedDocuments(texts, undefined, 'passage: ', keep)).toHaveLength(5);
      expect(await embedder.embedDocuments(texts, undefined, '', keep)).toHaveLength(5);
      expect(said).toEqual(Array(2).fill(expect.stringMatching(/413.*less than 16 tokens. Given/)));
    },
  );

  test('are reported, and texts that fit are not', async () => {
    const { embedder } = await open(32);
    const said: string[] = [];
    await embedder.embedDocuments(['one', 'two'], undefined, '', (reason) => said.push(reason));
    expect(said).toEqual([]);
  });

  test('are not looked for where TEI refuses a text for another reason', async () => {
    const { server, embedder } = await open(32);
    server.failFor('strange', 'refused');
    for (const instruction of ['', 'passage: '])
      await expect(
        embedder.embedDocuments(['strange', 'two'], undefined, instruction),
      ).rejects.toMatchObject({ code: 'TEI_ANSWER', kind: 'final' });
  });

  test('are not looked for where the vectors have another size', async () => {
    const { server, embedder } = await open(32);
    server.fail('wrong-dimension');
    const before = server.calls;
    await expect(embedder.embedDocuments(['one'], undefined, 'passage: ')).rejects.toMatchObject({
      code: 'TEI_DIMENSION',
    });
    expect(server.calls - before).toBe(1);
  });
});
