import { describe, test } from 'vitest';

import { encodeText } from '../../../../worker/embeddings/tei.ts';
import type { ProxyAction } from '../../../harness/http-fault.ts';
import { openBehindProxy } from './behind-proxy.ts';

/** What a proxy answers with a page of its own. */
const answerOf = (status: number): ProxyAction => ({
  status,
  page: `<html><center><h1>${status}</h1></center><hr><center>nginx/1.27.0</center></html>`,
});

describe.concurrent('a call without texts', () => {
  test.for([400, 401, 403, 404, 413, 422, 424, 429, 500, 502, 503, 504])(
    'that is answered with %i makes documents wait',
    async (status, { expect }) => {
      await using stack = await openBehindProxy();
      const { proxy, circuit, embedder } = stack;
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

  test.for([424, 500, 502, 504])(
    'such as one for tokens, is no fault of a document when it is answered with %i',
    async (status, { expect }) => {
      await using stack = await openBehindProxy();
      const { proxy, client } = stack;
      await proxy.answer(({ path }) => (path === '/tokenize' ? answerOf(status) : 'pass'));
      await expect(client.countTokens(['a text'])).rejects.toMatchObject({ kind: 'away' });
    },
  );
});

describe.concurrent('a server that takes less in one call than TEI by default', () => {
  /** 413 by nginx, and by TEI whose `--payload-limit` is smaller. */
  const limits = [
    ['nginx', '<center><h1>413 Request Entity Too Large</h1></center>'],
    ['TEI', 'Failed to buffer the request body: length limit exceeded'],
  ] as const;

  test.for(limits)('by %s gets a document in parts', async ([_whose, words], { expect }) => {
    await using stack = await openBehindProxy();
    const { proxy, embedder, openAnother } = stack;
    let refused = 0;
    await proxy.answer(({ body }) => {
      if (body.length <= 10_000) return 'pass';
      refused += 1;
      return { status: 413, page: words };
    });
    const texts = Array.from({ length: 60 }, (_, index) => `${index} ${'word '.repeat(200)}`);
    const vectors = await embedder.embedDocuments(texts);
    expect(refused).toBeGreaterThan(0);
    refused = 0;
    expect(await embedder.embedDocuments(texts)).toEqual(vectors);
    expect(refused).toBe(0);
    await proxy.pass();
    expect(await openAnother().embedDocuments(texts)).toEqual(vectors);
  });

  test.for(limits)(
    'by %s is named where one text is too large',
    async ([_whose, words], { expect }) => {
      await using stack = await openBehindProxy();
      const { proxy, embedder } = stack;
      await proxy.answer(({ body }) =>
        body.length > 10_000 ? { status: 413, page: words } : 'pass',
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
    },
  );

  test('has no advice for a text with too many tokens, of which TEI says itself how many', async ({
    expect,
  }) => {
    await using stack = await openBehindProxy();
    const { embedder } = stack;
    const failed = await embedder.embedQuery('word '.repeat(513)).catch(String);
    expect(failed).toMatch(/must have less than 512 tokens. Given: 515/);
    expect(failed).not.toContain('client_max_body_size');
  });
});

describe.concurrent('a call with texts that fails', () => {
  test.for([
    ['403 by a firewall', answerOf(403), 'TEI_ANSWER', /a firewall or a proxy refuses these/],
    ['401', answerOf(401), 'TEI_ANSWER', /other texts are embedded with the same key/],
    ['404', answerOf(404), 'TEI_ANSWER', /404/],
    ['500', answerOf(500), 'TEI_ANSWER', /500/],
    ['502', answerOf(502), 'TEI_ANSWER', /502/],
    ['504 by nginx', answerOf(504), 'TEI_TIMEOUT', /proxy_read_timeout.*below pulse:teiTimeout/],
    ['524 by Cloudflare', answerOf(524), 'TEI_TIMEOUT', /a proxy in front of TEI gave up/],
    ['200 and a page', answerOf(200), 'TEI_ANSWER', /JSON/],
    ['a cut connection', 'apply, then cut', 'TEI_UNREACHABLE', /TEI \/embed/],
  ] as const)(
    'with %s for one text alone is about this text, and nobody waits',
    async ([_title, fate, code, message], { expect }) => {
      await using stack = await openBehindProxy();
      const { proxy, circuit, embedder } = stack;
      await proxy.answer(({ body }) => (body.includes('DROP TABLE') ? fate : 'pass'));
      const texts = ['one', 'DROP TABLE documents', 'two', 'three'];
      const outcomes = await Promise.allSettled(
        texts.map((text) => embedder.embedDocuments([text])),
      );
      expect(outcomes).toMatchObject(
        texts.map((text) =>
          text.startsWith('DROP')
            ? { reason: { code, kind: 'retryable', message: expect.stringMatching(message) } }
            : { status: 'fulfilled' },
        ),
      );
      expect(circuit.allowsCalls).toBe(true);
    },
  );

  test.for([200, 401, 403, 404, 429, 500, 502, 503, 504, 524])(
    'with %i, as every other does, makes documents wait',
    async (status, { expect }) => {
      await using stack = await openBehindProxy();
      const { proxy, circuit, embedder } = stack;
      await embedder.embedDocuments(['before']);
      await proxy.answer(() => answerOf(status));
      for (const _ of [1, 2, 3])
        await expect(embedder.embedDocuments(['a text'])).rejects.toMatchObject({ kind: 'away' });
      expect(circuit.allowsCalls).toBe(false);
    },
  );

  test.for([429, 503])(
    'with %i is about the server, which is not asked again',
    async (status, { expect }) => {
      await using stack = await openBehindProxy();
      const { proxy, embedder } = stack;
      const asked: string[] = [];
      await proxy.answer(({ path }) => {
        asked.push(path);
        return path === '/embed' ? answerOf(status) : 'pass';
      });
      await expect(embedder.embedDocuments(['a text'])).rejects.toMatchObject({ kind: 'away' });
      expect(asked).not.toContain('/health');
    },
  );

  test('as while a server is restarted is repeated, and the document has its vectors', async ({
    expect,
  }) => {
    await using stack = await openBehindProxy();
    const { proxy, embedder } = stack;
    let failures = 0;
    await proxy.answer(({ path }) =>
      path === '/embed' && failures++ === 0 ? answerOf(502) : 'pass',
    );
    expect(await embedder.embedDocuments(['a text'])).toHaveLength(1);
  });
});

test.concurrent.for([429, 503])(
  'a limit that refuses every other request with %i keeps nothing waiting',
  async (status, { expect }) => {
    await using stack = await openBehindProxy();
    const { proxy, client, circuit, embedder } = stack;
    let asked = 0;
    await proxy.answer(() => (asked++ % 2 === 0 ? answerOf(status) : 'pass'));
    await client.checkServes();
    expect(await embedder.embedDocuments(['a text'])).toHaveLength(1);
    expect(circuit.allowsCalls).toBe(true);
  },
);

describe.concurrent('a server whose vectors have another dimension', () => {
  test('makes documents wait after one call, and none fails', async ({ expect }) => {
    await using stack = await openBehindProxy();
    const { tei, embedder, circuit } = stack;
    await embedder.embedDocuments(['before']);
    tei.fail('wrong-dimension');
    const before = tei.calls;
    await expect(embedder.embedDocuments(['one', 'two'])).rejects.toMatchObject({
      code: 'TEI_DIMENSION',
      kind: 'away',
      message: "TEI's vectors have 9 dimensions, not 8",
    });
    expect(tei.calls - before).toBe(1);
    expect(circuit.allowsCalls).toBe(false);
    await expect(embedder.embedQuery('a query')).rejects.toMatchObject({ kind: 'away' });
    expect(tei.calls - before).toBe(1);
  });

  test('as a query meets it, makes documents wait as well', async ({ expect }) => {
    await using stack = await openBehindProxy();
    const { tei, embedder, circuit } = stack;
    tei.fail('wrong-dimension');
    await expect(embedder.embedQuery('a query')).rejects.toMatchObject({ code: 'TEI_DIMENSION' });
    expect(circuit.allowsCalls).toBe(false);
  });

  test.for([429, 424, 413, 503])(
    'or whose model is another after %i, is asked what it serves before the next call',
    async (status, { expect }) => {
      await using stack = await openBehindProxy();
      const { tei, proxy, client } = stack;
      const text = [encodeText('a text')];
      let fails = false;
      await proxy.answer(({ path }) => (fails && path === '/embed' ? answerOf(status) : 'pass'));
      await client.embed(text);
      fails = true;
      await expect(client.embed(text)).rejects.toThrow(String(status));
      fails = false;
      tei.become({ model: 'org/other' });
      await expect(client.embed(text)).rejects.toMatchObject({ code: 'TEI_MODEL', kind: 'away' });
    },
  );
});
