import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate as nextTurn } from 'node:timers/promises';

import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';

import { Chunker } from '../../../../worker/chunks/chunker.ts';
import type { ChunkSettings } from '../../../../worker/chunks/chunker.ts';
import type { ModelServer } from '../../../../worker/chunks/model-server.ts';
import { createTokenizer } from '../../../../worker/chunks/tokenizer.ts';
import { Tei } from '../../../../worker/embeddings/tei.ts';
import { startInstantTei } from '../../../doubles/instant-tei.ts';
import type { InstantTei } from '../../../doubles/instant-tei.ts';
import { eventually } from '../../../harness/eventually.ts';
import { Proxy } from '../../../harness/proxy.ts';
import { makeTestFolder } from '../../../harness/test-folder.ts';
import { samplePages } from './counters.ts';
import { fillCache, fixture } from './tokenizers.ts';

const model = 'sentence-transformers/all-MiniLM-L6-v2';
const nowhere = 'http://127.0.0.1:1';
const samples = samplePages.map(([, text]) => text).join('\n\n');

let tei: InstantTei;
let hfHome: string;
let chunkers: Chunker[];
let logged: Record<string, unknown>[];

beforeEach(async () => {
  tei = await startInstantTei({ model, dimension: 8, maxInputLength: 128 });
  hfHome = makeTestFolder();
  chunkers = [];
  logged = [];
});
afterEach(async () => {
  await Promise.all(chunkers.map((chunker) => chunker.close()));
  await tei.close();
});

const noTokens = () => Promise.reject(new Error('it does not answer'));

function settingsWith(changed: Partial<ChunkSettings> & { teiUrl?: string }) {
  return {
    hfHome,
    hfEndpoint: nowhere,
    embeddingModel: model,
    maxChunkTokens: 512,
    chunkOverlapTokens: 20,
    teiUrl: nowhere,
    vectorDim: 8,
    queryInstruction: '',
    teiTimeoutMs: 60_000,
    ...changed,
  };
}

function chunkerWith(
  changed: Partial<ChunkSettings> & { teiUrl?: string } = {},
  server: ModelServer = new Tei(settingsWith(changed)),
): Chunker {
  const chunker = new Chunker(
    settingsWith(changed),
    server,
    pino(
      {},
      {
        write: (line: string) => {
          logged.push(JSON.parse(line) as Record<string, unknown>);
        },
      },
    ),
  );
  chunkers.push(chunker);
  return chunker;
}

/** In tokens of the model. */
function longestOf(chunks: readonly { readonly text: string }[]): number {
  const { ofText } = createTokenizer({ 'tokenizer.json': fixture('minilm').tokenizer });
  return Math.max(...chunks.map(({ text }) => ofText(text) as number));
}

function cached(): void {
  fillCache(hfHome, model, {
    'tokenizer.json': JSON.stringify(fixture('minilm').tokenizer),
    'sentence_bert_config.json': '{"max_seq_length": 256}',
  });
}

describe('a chunker', () => {
  test('counts with the tokenizer and the limit of the model, without asking a server', async () => {
    cached();
    const chunks = await chunkerWith().chunk(samples);
    const longest = longestOf(chunks);
    expect(longest).toBeLessThanOrEqual(254);
    expect(longest).toBeGreaterThan(200);
    expect(chunks.map(({ index }) => index)).toEqual(chunks.map((_, index) => index));
    for (const { start, end, text } of chunks) expect(samples.slice(start, end)).toBe(text);
  });

  test('cuts the first document for a TEI that takes shorter inputs than the model', async () => {
    cached();
    const limit = await new Tei(settingsWith({ teiUrl: tei.url })).inputLimit();
    // The answer comes before any limit of time, however busy the machine is.
    const inputLimit = () => nextTurn(limit);
    const chunker = chunkerWith({}, { inputLimit, countTokens: noTokens });
    expect(longestOf(await chunker.chunk(samples))).toBeLessThanOrEqual(126);
    await chunker.chunk(samples);
    expect(logged).toEqual([expect.objectContaining({ tei: 128, model: 256 })]);
  });

  test('cuts for such a TEI also when it was away at the start, without waiting for it', async () => {
    cached();
    await using proxy = await Proxy.open(new URL(tei.url).host);
    await proxy.refuse();
    const chunker = chunkerWith({ teiUrl: `http://${proxy.authority}` });
    expect(longestOf(await chunker.chunk(samples))).toBeGreaterThan(200);
    await proxy.pass();
    await eventually('chunks for TEI', async () =>
      expect(longestOf(await chunker.chunk(samples))).toBeLessThanOrEqual(126),
    );
  });

  test('does not make documents wait for a TEI that never says its limit', async () => {
    cached();
    const inputLimit = () => new Promise<number>(() => undefined);
    const chunker = chunkerWith({}, { inputLimit, countTokens: noTokens });
    expect(await chunker.chunk('a text')).toHaveLength(1);
    expect(await chunker.chunk('a text')).toHaveLength(1);
  });

  test('asks TEI for token counts when there is no tokenizer, and logs why', async () => {
    const chunks = await chunkerWith({ teiUrl: tei.url }).chunk(samples);
    // This TEI counts each word as one token.
    const counts = chunks.map(({ text }) => text.match(/\S+/g)?.length ?? 0);
    expect(Math.max(...counts)).toBeLessThanOrEqual(126);
    expect(Math.max(...counts)).toBeGreaterThan(60);
    expect(logged).toContainEqual(
      expect.objectContaining({
        code: 'TOKENIZER_FILES',
        problems: [expect.stringContaining(nowhere)],
      }),
    );
  });

  test('makes documents wait while there is neither tokenizer nor TEI, and goes on with TEI', async () => {
    await expect(chunkerWith().chunk('text')).rejects.toMatchObject({
      code: 'INDEXING_TOKENIZER',
      kind: 'away',
      message: expect.stringContaining('TEI /info'),
    });
    expect(await chunkerWith({ teiUrl: tei.url }).chunk('text')).toMatchObject([{ text: 'text' }]);
  });

  test('reports broken tokenizer files by name and does not end the process', async () => {
    fillCache(hfHome, model, { 'tokenizer.json': '{"model": {"type": "BPE", "vocab"' });
    await expect(chunkerWith().chunk('text')).rejects.toMatchObject({
      code: 'INDEXING_TOKENIZER',
      message: expect.stringMatching(/tokenizer\.json .*cut off or overwritten.*TEI/),
    });
  });

  test('stops a large page when it is cancelled, and does not make a small one wait for it', async () => {
    cached();
    const chunker = chunkerWith();
    await chunker.chunk('warm');
    const cancel = new AbortController();
    let done = false;
    const large = chunker.chunk(`${samples}\n\n`.repeat(200), cancel.signal).finally(() => {
      done = true;
    });
    expect((await chunker.chunk('# A\n\nsmall'))[0]?.headings).toEqual(['A']);
    expect(done).toBe(false);
    cancel.abort(new Error('the worker stops'));
    await expect(large).rejects.toThrow('the worker stops');
    await expect(chunker.chunk('x', cancel.signal)).rejects.toThrow('the worker stops');
    expect(await chunker.chunk('small')).toHaveLength(1);
  });

  test('leaves the main thread free while it cuts a large page', async () => {
    cached();
    const chunker = chunkerWith();
    await chunker.chunk('warm');
    let turns = 0;
    const turn = setInterval(() => {
      turns += 1;
    }, 1);
    const delay = monitorEventLoopDelay({ resolution: 5 });
    delay.enable();
    const started = performance.now();
    await chunker.chunk(`${samples}\n\n`.repeat(60));
    const tookMs = performance.now() - started;
    clearInterval(turn);
    expect(delay.percentile(50) / 1e6).toBeLessThan(tookMs / 4);
    expect(turns).toBeGreaterThan(3);
  });

  test('whose thread ends fails the page in progress and starts another thread', async () => {
    const counting = Promise.withResolvers<void>();
    const countTokens = vi.fn<ModelServer['countTokens']>();
    // Without a tokenizer the thread waits for this count.
    countTokens.mockImplementationOnce(() => {
      counting.resolve();
      return new Promise(() => undefined);
    });
    countTokens.mockImplementation(async (texts) => texts.map(() => 1));
    const chunker = chunkerWith({}, { inputLimit: async () => 128, countTokens });
    const lost = chunker.chunk('a page');
    await counting.promise;
    await chunker.close();
    await expect(lost).rejects.toMatchObject({ code: 'INDEXING_ERROR', kind: 'retryable' });
    expect(await chunker.chunk('another page')).toHaveLength(1);
  });
});
