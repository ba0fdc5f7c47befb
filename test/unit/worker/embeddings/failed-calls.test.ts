import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

import { Circuit } from '../../../../worker/circuit/circuit.ts';
import { Embedder } from '../../../../worker/embeddings/embedder.ts';
import type { EmbedderSettings } from '../../../../worker/embeddings/embedder.ts';
import { Tei } from '../../../../worker/embeddings/tei.ts';
import type { TeiSettings } from '../../../../worker/embeddings/tei.ts';
import { startInstantTei } from '../../../doubles/instant-tei.ts';
import type { InstantTei } from '../../../doubles/instant-tei.ts';
import type { ProxyAction } from '../../../harness/http-fault.ts';
import { Proxy as HttpProxy } from '../../../harness/proxy.ts';

const model = 'org/model';
const dimension = 8;

let tei: InstantTei;
let proxy: HttpProxy;
let client: Tei;
let circuit: Circuit;
let embedder: Embedder;
let settings: EmbedderSettings & TeiSettings;

beforeEach(async () => {
  tei = await startInstantTei({ model, dimension });
  proxy = await HttpProxy.open(new URL(tei.url).host);
  settings = {
    teiUrl: `http://${proxy.authority}`,
    embeddingModel: model,
    vectorDim: dimension,
    teiTimeoutMs: 5_000,
    queryInstruction: 'none',
  };
  client = new Tei(settings);
  circuit = openCircuit(client);
  embedder = new Embedder(settings, client, circuit);
});
afterEach(async () => {
  await proxy[Symbol.asyncDispose]();
  await tei.close();
});

/** A circuit of one process: its Redis never answers. */
function openCircuit(one: Tei): Circuit {
  const redis = new Proxy({}, { get: () => () => Promise.reject(new Error('no Redis')) });
  return new Circuit({
    name: 'tei',
    redis: redis as never,
    replica: 'only',
    probe: () => one.checkServes(),
    log: pino({ level: 'silent' }),
  });
}

/** What a proxy answers with a page of its own. */
const answerOf = (status: number): ProxyAction => ({
  status,
  body: `<html><center><h1>${status}</h1></center><hr><center>nginx/1.27.0</center></html>`,
});

describe('a call without texts', () => {
  test.each([400, 401, 403, 404, 413, 422, 424, 429, 500, 502, 503, 504])(
    'that is answered with %i makes documents wait',
    async (status) => {
      await proxy.answer(({ path }) => (path === '/info' ? answerOf(status) : 'pass'));
      for (const _ of [1, 2, 3])
        await expect(embedder.embedDocuments(['a text'])).rejects.toMatchObject({
          code: status === 401 || status === 403 ? 'TEI_AUTH' : 'TEI_ANSWER',
          kind: 'away',
          message: expect.stringContaining(`/info answered ${status}`),
        });
      expect(circuit.allowsCalls).toBe(false);
    },
  );

  test.each([424, 500, 502, 504])(
    'such as one for tokens, is no fault of a document when it is answered with %i',
    async (status) => {
      await proxy.answer(({ path }) => (path === '/tokenize' ? answerOf(status) : 'pass'));
      await expect(client.countTokens(['a text'])).rejects.toMatchObject({ kind: 'away' });
    },
  );
});

describe('a server that takes less in one call than TEI by default', () => {
  /** 413 by nginx, and by TEI whose `--payload-limit` is smaller. */
  const limits = [
    ['nginx', '<center><h1>413 Request Entity Too Large</h1></center>'],
    ['TEI', 'Failed to buffer the request body: length limit exceeded'],
  ] as const;

  test.each(limits)('by %s gets a document in parts', async (_whose, words) => {
    let refused = 0;
    await proxy.answer(({ body }) => {
      if (body.length <= 10_000) return 'pass';
      refused += 1;
      return { status: 413, body: words };
    });
    const texts = Array.from({ length: 60 }, (_, index) => `${index} ${'word '.repeat(200)}`);
    const vectors = await embedder.embedDocuments(texts);
    expect(refused).toBeGreaterThan(0);
    refused = 0;
    expect(await embedder.embedDocuments(texts)).toEqual(vectors);
    expect(refused).toBe(0);
    await proxy.pass();
    expect(await new Embedder(settings, client, circuit).embedDocuments(texts)).toEqual(vectors);
  });

  test.each(limits)('by %s is named where one text is too large', async (_whose, words) => {
    await proxy.answer(({ body }) =>
      body.length > 10_000 ? { status: 413, body: words } : 'pass',
    );
    const outcomes = await Promise.allSettled([
      embedder.embedDocuments(['one', 'two', 'three '.repeat(4_000)]),
      embedder.embedDocuments(['four']),
    ]);
    expect(outcomes[0]).toMatchObject({
      reason: {
        code: 'TEI_ANSWER',
        kind: 'final',
        message: expect.stringMatching(/413.*client_max_body_size.*--payload-limit of TEI$/),
      },
    });
    expect(outcomes[1]).toMatchObject({ status: 'fulfilled' });
  });

  test('has no advice for a text with too many tokens, of which TEI says itself how many', async () => {
    const failed = await embedder.embedDocuments(['one', 'word '.repeat(513)]).catch(String);
    expect(failed).toMatch(/must have less than 512 tokens. Given: 515/);
    expect(failed).not.toContain('client_max_body_size');
  });
});
