import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, onTestFinished, test } from 'vitest';

import { keys } from '../../harness/api-process.ts';
import { eventually } from '../../harness/eventually.ts';
import { inspect } from '../../harness/inspector.ts';
import { connectModern, eras } from '../../harness/mcp-clients.ts';
import { programsFolder } from '../../harness/programs-folder.ts';
import { serveApi } from '../../harness/served-api.ts';

const page = await readFile(join(import.meta.dirname, '../../../docs/mcp.md'), 'utf8');
const commands = [...page.matchAll(/^```sh\n(.*?)^```/gms)].map(([, text]) => text!);

/** Lists the files of the bundled programs that have code of a package in them. */
function filesWith(packageName: string): string[] {
  const files = globSync('worker/{,bundle/}*.js', { cwd: programsFolder });
  const textOf = (file: string): string => readFileSync(join(programsFolder, file), 'utf8');
  return files.filter((file) => textOf(file).includes(`node_modules/${packageName}/`));
}

const served = serveApi();
const address = () => `${served.api.url}/mcp`;
const ping = { jsonrpc: '2.0', id: 1, method: 'ping' };
const accept = { accept: 'application/json, text/event-stream' };

describe.each(eras)('a client %s', (_, connect) => {
  test('needs a key that is known, and the one for searches is enough', async () => {
    await expect(connect(address(), { authorization: 'Bearer wrong' })).rejects.toThrow(/401|key/i);
    for (const key of [keys.search, keys.api]) {
      await using client = await connect(address(), { authorization: `Bearer ${key}` });
      expect((await client.listTools()).tools).toHaveLength(4);
    }
  });

  test('gets a store that is away as the result of a call, and the connection goes on', async () => {
    await using client = await connect(address());
    await served.stack.proxies.postgres.refuse();
    onTestFinished(() => served.stack.proxies.postgres.pass());
    const call = () =>
      client.callTool({ name: 'fetch', arguments: { id: 'https://a.example/page' } });
    expect(await call()).toMatchObject({
      isError: true,
      content: [{ type: 'text', text: expect.stringMatching(/^POSTGRES_\w+: .*What to do: /s) }],
    });
    await served.stack.proxies.postgres.pass();
    await eventually('an answer with Postgres', async () =>
      expect((await call()).content[0]?.text).toMatch(/^API_NOT_FOUND/),
    );
  });
});

describe('the route', () => {
  test.each([
    ['http://evil.example', 403],
    ['null', 403],
    ['nonsense', 403],
    ['own', 200],
  ])('answers a page of %s with %i', async (origin, status) => {
    const headers = { ...accept, origin: origin === 'own' ? served.api.url : origin };
    const answer = await served.api.ask('/mcp', { body: ping, key: keys.search, headers });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.body).toMatchObject({ code: 'API_ORIGIN' });
  });

  test('takes POST alone, and offers no OAuth', async () => {
    for (const method of ['GET', 'DELETE', 'OPTIONS'])
      expect(await served.api.ask('/mcp', { method })).toMatchObject({ status: 405 });
    for (const name of [
      'oauth-protected-resource',
      'oauth-protected-resource/mcp',
      'oauth-authorization-server',
      'openid-configuration',
    ])
      expect(await served.api.ask(`/.well-known/${name}`, { key: null })).toMatchObject({
        status: 404,
      });
  });

  test('answers what it cannot read as the other routes do', async () => {
    const send = (request: object) => served.api.ask('/mcp', { key: keys.search, ...request });
    expect(await send({ body: '{' })).toMatchObject({ status: 400, body: { code: 'API_SYNTAX' } });
    expect(await send({ body: 'x'.repeat(200_000) })).toMatchObject({
      status: 413,
      body: { code: 'API_TOO_LARGE' },
    });
    expect(await send({ body: 'x', type: 'text/plain' })).toMatchObject({ status: 415 });
    const { status, headers } = await send({ body: ping, headers: accept });
    expect([status, headers.get('x-content-type-options')]).toEqual([200, 'nosniff']);
    expect(headers.get('x-request-id')).toMatch(/^[\w-]+$/);
  });

  test('opens no stream of news, which would hold up the stop of a replica', async () => {
    const envelope = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientInfo': { name: 'test', version: '1' },
      'io.modelcontextprotocol/clientCapabilities': {},
    };
    const method = 'subscriptions/listen';
    const params = { notifications: { toolsListChanged: true }, _meta: envelope };
    const answer = await fetch(address(), {
      method: 'POST',
      headers: {
        ...accept,
        authorization: `Bearer ${keys.search}`,
        'content-type': 'application/json',
        'mcp-protocol-version': '2026-07-28',
        'mcp-method': method,
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    });
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.json()).toMatchObject({
      id: 1,
      error: { message: expect.stringContaining('limit') },
    });
  });
});

describe('docs/mcp.md', () => {
  const local = (text: string) =>
    text
      .replaceAll('http://127.0.0.1:50108', served.api.url)
      .replaceAll(/\$\{(?:env:|input:)?[\w-]+\}|\$PULSE_KEY/g, keys.search);

  const files = [...page.matchAll(/`(\S+\.json)`[^`]*```json\n(.*?)^```/gms)].map(
    ([, name = '', text = '']) => [name, text] as const,
  );

  test('has the files of three programs', () => {
    expect(files.map(([name]) => name)).toEqual([
      '.mcp.json',
      '.vscode/mcp.json',
      '~/.cursor/mcp.json',
    ]);
  });

  test.each(files)('has a file %s that connects', async (_, text) => {
    const { mcpServers, servers = mcpServers } = JSON.parse(local(text)) as Record<string, object>;
    const { url, headers } = (servers as { pulse: { url: string; headers: HeadersInit } }).pulse;
    for (const [, connect] of eras) {
      await using client = await connect(url, headers as Record<string, string>);
      expect((await client.listTools()).tools).toHaveLength(4);
    }
  });

  test('has a command of Claude Code that connects', async () => {
    const command = commands.find((text) => text.startsWith('claude '))!;
    const [, url = '', name = '', value = ''] =
      /^claude mcp add --transport http pulse (\S+) --header "(\w+): (.*)"$/m.exec(local(command))!;
    await using client = await connectModern(url, { [name]: value });
    expect((await client.listTools()).tools).toHaveLength(4);
  });

  test('has a command of MCP Inspector that lists the tools, and it calls one', async () => {
    const command = commands.find((text) => text.startsWith('npx '))!;
    const [, version, rest = ''] = /^npx @modelcontextprotocol\/inspector@(\S+) --cli (.*)$/m.exec(
      local(command),
    )!;
    const { dependencies } = JSON.parse(
      await readFile(join(import.meta.dirname, '../../harness/inspector/package.json'), 'utf8'),
    ) as { dependencies: object };
    expect(dependencies).toEqual({ '@modelcontextprotocol/inspector': version });
    const args = [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map(
      ([, quoted, plain]) => quoted ?? plain!,
    );
    const { tools } = (await inspect(args)) as { tools: { name: string }[] };
    expect(tools.map(({ name }) => name)).toContain('search');
    const call = args.map((one) => (one === 'tools/list' ? 'tools/call' : one));
    expect(await inspect([...call, '--tool-name', 'index_status'])).toMatchObject({
      structuredContent: { why: expect.any(String) },
    });
  });
});

test('without it the API has neither the route nor its code', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'pulse-test-coverage-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const api = await served.stack.api({ WEBHOOK_MCP: 'off', NODE_V8_COVERAGE: folder });
  expect(await api.ask('/mcp', { body: ping, headers: accept })).toMatchObject({ status: 404 });
  api.kill('SIGTERM');
  await api.exited;
  const reports = (await readdir(folder)).map((name) => readFile(join(folder, name), 'utf8'));
  const loaded = (await Promise.all(reports)).join('');
  const isLoaded = (file: string): boolean => loaded.includes(file);
  expect(filesWith('fastify').some(isLoaded)).toBe(true);
  const ofMcp = filesWith('@modelcontextprotocol/server');
  expect(ofMcp).not.toEqual([]);
  expect(ofMcp.filter(isLoaded)).toEqual([]);
});
