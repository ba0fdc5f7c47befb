import { beforeAll, describe, expect, test } from 'vitest';

import { documentIdOf } from '../../../worker/documents/document-id.ts';
import { eventually } from '../../harness/eventually.ts';
import { eras } from '../../harness/mcp-clients.ts';
import type { McpClient, ToolResult } from '../../harness/mcp-clients.ts';
import { serveApi } from '../../harness/served-api.ts';

const words = ['granite', 'lantern', 'harbour', 'compass', 'mizzen', 'basalt'];
/** Every paragraph is another, so that its place in the text is known. */
const paragraphs = Array.from(
  { length: 1_000 },
  (_, number) => `Paragraph ${number} of the ${words[number % words.length]} in the harbour.`,
);
const long = {
  url: 'https://long.example/page',
  title: 'Long',
  language: 'en',
  markdown: paragraphs.join('\n\n'),
};
const table = {
  url: 'https://a.example/table',
  title: '',
  language: 'de',
  markdown: `| lantern | height |\n| --- | --- |\n${'| brass obsidian | 7 |\n'.repeat(60)}`,
};
const canary = { url: 'https://canary.pulse.invalid/x', markdown: 'A granite canary.' };

const served = serveApi({ withWorker: true });
const submit = async (...pages: { url: string }[]) => {
  await served.api.ask('/api/documents', { body: pages });
  for (const { url } of pages)
    await eventually('an indexed page', async () =>
      expect(
        (await served.api.ask(`/api/documents/${documentIdOf(url)}?wait=30`)).body,
      ).toMatchObject({ state: 'indexed' }),
    );
};
beforeAll(() => submit(long, table, canary));

/** The value of an answer, which stands in it twice. */
function valueOf({ isError, content, structuredContent }: ToolResult): unknown {
  expect(isError ?? false, content[0]?.text).toBe(false);
  expect(content.filter(({ type }) => type === 'text')).toHaveLength(1);
  expect(JSON.parse(content[0]?.text ?? '')).toEqual(structuredContent);
  return structuredContent;
}
const faultOf = ({ isError, content }: ToolResult) => {
  expect(isError).toBe(true);
  return content[0]?.text ?? '';
};

interface Found {
  readonly results: readonly object[];
}
interface Sources {
  readonly hosts: readonly object[];
}
interface Part {
  readonly text: string;
  readonly metadata: { readonly part: number; readonly parts: number; readonly version: number };
}

describe.each(eras)('a client %s', (_, connect) => {
  const open = () => connect(`${served.api.url}/mcp`);
  const search = async (client: McpClient, asked: object) =>
    valueOf(await client.callTool({ name: 'search', arguments: asked })) as Found;

  test('lists four tools that only read, in words that every client can read', async () => {
    await using client = await open();
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      'search',
      'fetch',
      'list_sources',
      'index_status',
    ]);
    for (const { title, annotations, inputSchema, outputSchema } of tools) {
      expect(title).toEqual(expect.any(String));
      expect(annotations).toMatchObject({
        readOnlyHint: true,
        idempotentHint: true,
        openWorldHint: false,
      });
      expect([inputSchema, outputSchema]).toEqual([
        expect.objectContaining({ type: 'object' }),
        expect.objectContaining({ type: 'object' }),
      ]);
      // Some clients leave a tool out whose schema has one of these.
      expect(JSON.stringify([inputSchema, outputSchema])).not.toMatch(/anyOf|oneOf|"null"/);
    }
    const required = tools.map(
      ({ inputSchema }) => (inputSchema as { required?: string[] }).required,
    );
    expect(required.slice(0, 2)).toEqual([['query'], ['id']]);
    for (const { description } of tools.slice(0, 2))
      expect(description).toMatch(/written by others.*not instructions/s);
  });

  test('searches as the route does', async () => {
    await using client = await open();
    const asked = { query: 'lantern', mode: 'keyword', limit: 2 };
    const answer = await search(client, asked);
    const { body } = await served.api.ask('/api/search', { body: asked });
    const expected = (body['results'] as { id: string; score: number }[]).map(({ id, score }) =>
      expect.objectContaining({ id, score, resource: `pulse://documents/${id}` }),
    );
    expect(answer).toEqual({ results: expected, degraded: false, hasMore: body['hasMore'] });
  });

  test('says that it searched for the words of a phrase one by one', async () => {
    await using client = await open();
    const asked = { query: 'lantern "obsidian lantern obsidian"', mode: 'keyword' };
    expect(await search(client, asked)).toMatchObject({ relaxed: true });
  });

  test('finds the row of a table with its header, a page without a title by its address', async () => {
    await using client = await open();
    const { results } = await search(client, {
      query: 'obsidian',
      language: 'de',
      domain: 'a.example',
    });
    expect(results).toEqual([
      expect.objectContaining({
        url: table.url,
        title: table.url,
        text: expect.stringMatching(/^\| lantern \| height \|/),
      }),
    ]);
  });

  test('gets links to results only when it asks for them', async () => {
    await using client = await open();
    const call = (links: boolean) =>
      client.callTool({ name: 'search', arguments: { query: 'obsidian', mode: 'keyword', links } });
    const [with_, without] = [await call(true), await call(false)];
    const kinds = ({ content }: ToolResult) => content.map(({ type }) => type);
    expect(kinds(without)).toEqual(['text']);
    expect(kinds(with_)).toEqual(['text', 'resource_link']);
    valueOf(with_);
  });

  test('reads a long page in parts that together are the page', async () => {
    await using client = await open();
    const id = documentIdOf(long.url);
    const read = async (asked: object) =>
      valueOf(await client.callTool({ name: 'fetch', arguments: { id, ...asked } })) as Part;
    const first = await read({});
    const { parts, version } = first.metadata;
    expect(parts).toBeGreaterThan(1);
    const rest = await Promise.all(
      Array.from({ length: parts - 1 }, (_unused, index) => read({ part: index + 2, version })),
    );
    const texts = [first, ...rest].map(({ text }) => text);
    expect(texts.join('') === paragraphs.join('\n\n')).toBe(true);
    for (const text of texts) expect(text.length).toBeLessThanOrEqual(40_000);
    const { rows } = await served.stack.services.pool.query<{ body: string }>(
      'SELECT body FROM chunks WHERE document_id = $1',
      [id],
    );
    for (const text of texts) expect(rows.some(({ body }) => text.startsWith(body))).toBe(true);
    expect(first).toMatchObject({
      id,
      url: long.url,
      title: 'Long',
      metadata: { part: 1, language: 'en', indexedAt: expect.stringMatching(/Z$/) },
    });
  });

  test('reads a page by its address, and as a resource', async () => {
    await using client = await open();
    const asked = { id: 'HTTPS://A.example/table#top' };
    const byUrl = valueOf(await client.callTool({ name: 'fetch', arguments: asked })) as Part;
    const uri = `pulse://documents/${documentIdOf(table.url)}`;
    expect(await client.readResource({ uri })).toMatchObject({
      contents: [{ uri, mimeType: 'text/markdown', text: byUrl.text }],
    });
    expect(await client.listResourceTemplates()).toMatchObject({
      resourceTemplates: [{ uriTemplate: 'pulse://documents/{id}' }],
    });
  });

  test('lists the hosts that can be asked, without canaries', async () => {
    await using client = await open();
    const time = expect.stringMatching(/Z$/);
    const { hosts } = valueOf(await client.callTool({ name: 'list_sources' })) as Sources;
    expect(hosts).toEqual(
      expect.arrayContaining([
        { host: 'a.example', documents: 1, lastIndexedAt: time },
        { host: 'long.example', documents: 1, lastIndexedAt: time },
      ]),
    );
    expect(JSON.stringify(hosts)).not.toContain('canary');
  });

  test('is told why a page is not found', async () => {
    await using client = await open();
    const status = async (url?: string) =>
      valueOf(await client.callTool({ name: 'index_status', arguments: { url } }));
    const whole = { ready: true, waiting: 0, failed: 0, why: 'Nothing waits.' };
    const unknown = 'https://nowhere.example/';
    // While Redis does not answer in time, what it knows is left out.
    await eventually('no job', async () => {
      expect(await status()).toEqual(whole);
      expect(await status(unknown)).toEqual({
        ...whole,
        document: { id: documentIdOf(unknown), url: unknown, state: 'unknown' },
      });
    });
    expect(await status(long.url)).toMatchObject({
      document: { state: 'indexed', findable: { keyword: true, meaning: true } },
    });
  });

  test('gets each error as a result, with its code and what to do', async () => {
    await using client = await open();
    const ask = async (name: string, asked: object) =>
      faultOf(await client.callTool({ name, arguments: asked }));
    expect(await ask('search', { query: 'x', domain: 'a/b', language: 'german' })).toMatch(
      /^API_INVALID: .*"a\/b".*"german".*What to do: /s,
    );
    expect(await ask('fetch', { id: 'nonsense' })).toMatch(/^API_INVALID: .*What to do: /s);
    expect(await ask('fetch', { id: 'https://nowhere.example/' })).toMatch(/^API_NOT_FOUND: /);
    expect(await ask('fetch', { id: table.url, part: 2 })).toMatch(/^API_INVALID: .*one part/s);
    expect(await ask('fetch', { id: table.url, version: 1e9 })).toMatch(
      /^API_CONFLICT: .*its version is \d+ now/s,
    );
    expect(await ask('search', { query: ' ', limit: 500 })).toMatch(/query.*limit/s);
    expect(await ask('index_status', { url: 'nonsense' })).toMatch(/^API_INVALID: /);
  });
});

test('fifty clients at once, of both eras, get their own answers', async () => {
  const connects = eras.map(([, connect]) => connect);
  const answers = await Promise.all(
    Array.from({ length: 50 }, async (_, number) => {
      const connect = connects[number % connects.length]!;
      await using client = await connect(`${served.api.url}/mcp`);
      const query = `Paragraph ${number}`;
      const found = await client.callTool({ name: 'search', arguments: { query, limit: 1 } });
      const read = await client.callTool({
        name: 'fetch',
        arguments: { id: long.url, part: 1 + (number % 2) },
      });
      return [(valueOf(found) as Found).results.length, (valueOf(read) as Part).metadata.part];
    }),
  );
  expect(answers).toEqual(Array.from({ length: 50 }, (_, number) => [1, 1 + (number % 2)]));
});

test('whoever reads on in a page that has changed is told so', async () => {
  await using client = await eras[0]![1](`${served.api.url}/mcp`);
  const url = 'https://changed.example/page';
  await submit({ url, markdown: 'Before.' } as { url: string });
  const read = (version?: number) =>
    client.callTool({ name: 'fetch', arguments: { id: url, version } });
  const { version } = (valueOf(await read()) as Part).metadata;
  expect(valueOf(await read(version))).toMatchObject({ text: 'Before.' });
  await submit({ url, markdown: 'After.' } as { url: string });
  expect(faultOf(await read(version))).toMatch(/^API_CONFLICT: /);
  expect(valueOf(await read())).toMatchObject({ text: 'After.' });
});
