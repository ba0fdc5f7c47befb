import { describe, expect, test } from 'vitest';

import { EmbeddingBatcher } from '../../../../worker/embeddings/embedding-batcher.ts';
import { encodeText } from '../../../../worker/embeddings/tei.ts';
import type { EncodedText } from '../../../../worker/embeddings/tei.ts';

/**
 * A batcher with a server that records its calls. The vector of a text is its length; a call waits
 * for `answer` when `held`, and fails when it carries the text `poison`. It takes so many
 * characters as `takes` says.
 */
function server({ texts = 32, bytes = 2_000_000, held = false, poison = '', takes = 1e9 } = {}) {
  const calls: { texts: string[]; signal: AbortSignal; answer: () => void }[] = [];
  const batches = new EmbeddingBatcher({
    limits: () => ({ texts, bytes, calls: 4 }),
    mayBeDocumentFault: () => true,
    isTooLarge: (error) => (error as Error).message === 'too large',
    findFault: ([length = 0]) => (length === 13 ? new Error('unlucky') : undefined),
    call: async (sent: readonly EncodedText[], signal) => {
      const plain = sent.map(({ json }) => JSON.parse(json) as string);
      await new Promise<void>((resolve, reject) => {
        calls.push({ texts: plain, signal, answer: resolve });
        signal.addEventListener('abort', () => reject(signal.reason));
        if (!held) resolve();
      });
      if (plain.join('').length > takes) throw new Error('too large');
      if (plain.includes(poison)) throw new Error('refused');
      return plain.map((text) => [text.length]);
    },
  });
  return {
    calls,
    add: (list: readonly string[], signal?: AbortSignal) =>
      batches.add(list.map(encodeText), signal),
    turn: () => new Promise((resolve) => setImmediate(() => setImmediate(resolve))),
  };
}
const many = (count: number, text = 'text') =>
  Array.from({ length: count }, (_, index) => `${text} ${index}`);

describe('texts of several documents', () => {
  test('that arrive together share one call, and each document gets its own vectors', async () => {
    const { calls, add } = server();
    const answers = await Promise.all([add(['a', 'bb']), add(['ccc']), add(['dddd', 'eeeee'])]);
    expect(answers).toEqual([[[1], [2]], [[3]], [[4], [5]]]);
    expect(calls.map((call) => call.texts)).toEqual([['a', 'bb', 'ccc', 'dddd', 'eeeee']]);
  });

  test('never exceed the limits of a call, in number or in bytes', async () => {
    const { calls, add } = server({ texts: 32, bytes: 200 });
    await Promise.all([add(many(70)), add(['x'.repeat(190)]), add(['y'.repeat(500)])]);
    expect(Math.max(...calls.map((call) => call.texts.length))).toBeLessThanOrEqual(32);
    for (const { texts } of calls)
      expect(texts.length === 1 || JSON.stringify(texts).length - 1 <= 200).toBe(true);
    expect(calls.flatMap((call) => call.texts)).toHaveLength(72);
  });

  test('are sent at once while a call is free, and are collected while none is', async () => {
    const { calls, add, turn } = server({ held: true });
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f', 'g']) {
      void add([name]);
      await turn();
    }
    expect(calls.map((call) => call.texts)).toEqual([['a'], ['b'], ['c'], ['d']]);
    calls[0]?.answer();
    await turn();
    expect(calls[4]?.texts).toEqual(['e', 'f', 'g']);
  });

  test('take turns, so that a long document does not delay a short one', async () => {
    const { calls, add, turn } = server({ held: true });
    void add(many(500, 'long'));
    void add(['short']);
    await turn();
    expect(calls.findIndex((call) => call.texts.includes('short'))).toBeLessThan(2);
  });

  test('are sent document by document after a failed call, so only the faulty one fails', async () => {
    const { add } = server({ poison: 'bad' });
    const outcomes = await Promise.allSettled([
      add(['a', 'bb']),
      add(['ccc', 'bad']),
      add(['dddd']),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });

  test('fail only for the document that gets an invalid vector', async () => {
    const [one, other] = [server(), server()];
    const outcomes = await Promise.allSettled([
      one.add(['a']),
      other.add(['a', 'x'.repeat(13)]),
      other.add(['bb']),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  });
});

describe('texts that are too large for one call', () => {
  const lengths = (list: readonly string[]) => list.map(({ length }) => [length]);
  const sizes = (calls: readonly { texts: string[] }[]) =>
    calls.map((call) => call.texts.join('').length);

  test('are sent in halves in their order, and later calls are as large as what passed', async () => {
    const { calls, add } = server({ takes: 1_000 });
    const texts = Array.from({ length: 32 }, (_, index) => 'x'.repeat(60 + index));
    expect(await add(texts)).toEqual(lengths(texts));
    expect(sizes(calls)).toEqual([2_416, 1_080, 508, 572, 1_336, 636, 700]);
    calls.length = 0;
    const others = await Promise.all([add(texts), add(many(40)), add(['short'])]);
    expect(others[0]).toEqual(lengths(texts));
    expect(Math.max(...sizes(calls))).toBeLessThanOrEqual(572);
    expect(calls.length).toBeLessThan(8);
  });

  test('of several documents are sent in halves as well', async () => {
    const { calls, add } = server({ takes: 100 });
    const documents = Array.from({ length: 9 }, () => many(3));
    const answers = await Promise.all(documents.map((one) => add(one)));
    expect(answers).toEqual(documents.map(lengths));
    expect(calls.length).toBeLessThan(9);
  });

  test('fail only the document with a text that is too large alone', async () => {
    const { calls, add } = server({ takes: 100 });
    const outcomes = await Promise.allSettled([
      add(['a', 'bb']),
      add(['ccc', 'x'.repeat(101), 'dd']),
      add(['dddd']),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    calls.length = 0;
    await add(many(14));
    // A text that is too large says nothing about the calls of others.
    expect(calls).toHaveLength(1);
  });
});

describe('a cancelled document', () => {
  test('does not disturb the call that it shares with another', async () => {
    const { calls, add, turn } = server({ held: true });
    const giving = new AbortController();
    const [mine, others] = [add(['mine'], giving.signal), add(['others'])];
    await turn();
    giving.abort(new Error('cancelled'));
    await expect(mine).rejects.toThrow('cancelled');
    expect(calls[0]?.signal.aborted).toBe(false);
    calls[0]?.answer();
    expect(await others).toEqual([[6]]);
  });

  test('ends its calls when no other document waits for them, and sends no more texts', async () => {
    const { calls, add, turn } = server({ held: true });
    const giving = new AbortController();
    const mine = add(many(32 * 6), giving.signal);
    await turn();
    giving.abort(new Error('cancelled'));
    await expect(mine).rejects.toThrow('cancelled');
    await turn();
    expect(calls.map((call) => call.signal.aborted)).toEqual([true, true, true, true]);
  });
});
