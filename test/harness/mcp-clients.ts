import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { Client as OlderClient } from '@modelcontextprotocol/sdk/client/index.js';
import { StreamableHTTPClientTransport as OlderTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

import { keys } from './api-process.ts';

/** What the clients of both eras answer, as far as tests look at it. */
export interface ToolResult {
  readonly isError?: boolean;
  readonly content: readonly { readonly type: string; readonly text?: string }[];
  readonly structuredContent?: Record<string, unknown>;
}

/** The official client of one era, connected. */
export interface McpClient extends AsyncDisposable {
  listTools(): Promise<{ tools: readonly Record<string, unknown>[] }>;
  callTool(call: { name: string; arguments?: object }): Promise<ToolResult>;
  readResource(asked: { uri: string }): Promise<{ contents: readonly object[] }>;
  listResourceTemplates(): Promise<{ resourceTemplates: readonly object[] }>;
}

type Headers = Readonly<Record<string, string>>;
type Connect = (url: string, headers?: Headers) => Promise<McpClient>;

const about = { name: 'pulse-tests', version: '1.0.0' };
const withKey: Headers = { authorization: `Bearer ${keys.search}` };

/** Without sessions: every request says what it needs. */
export const connectModern: Connect = async (url, headers = withKey) => {
  const client = new Client(about, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  await client.connect(
    new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }),
  );
  return disposable(client);
};

/** That which most programs had in 2025, and begins with `initialize`. */
const connectOlder: Connect = async (url, headers = withKey) => {
  const client = new OlderClient(about);
  await client.connect(new OlderTransport(new URL(url), { requestInit: { headers } }));
  return disposable(client);
};

export const eras: readonly (readonly [era: string, connect: Connect])[] = [
  ['of 2026', connectModern],
  ['of 2025', connectOlder],
];

function disposable(client: { close(): Promise<void> }): McpClient {
  return Object.assign(client as unknown as McpClient, {
    [Symbol.asyncDispose]: () => client.close(),
  });
}
