/**
 * Stands before a Qdrant as people put one behind a proxy or a hosting service: below a path, with
 * TLS, with a login, in strict mode, or with a key that may use one collection alone. What it lets
 * through the real engine answers.
 */
import { createServer, request as ask } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';

import type { ServerCertificate } from '../harness/certificates.ts';
import { WriteLimit } from './write-limit.ts';

interface Options {
  /** Below which Qdrant is served, as `/vectors/qdrant`; everything else is 404. */
  readonly prefix?: string;
  readonly certificate?: ServerCertificate;
  /** `::1` for IPv6. */
  readonly host?: string;
  /** The whole of the header that the proxy asks for. */
  readonly authorization?: string;
  /** Refuses a filter on a field without a payload index. */
  readonly strict?: boolean;
  /** `write_rate_limit` of every collection. */
  readonly writesPerMinute?: number;
  /** The only collection that the key may use; it may not list, create or name others. */
  readonly ownCollection?: string;
}

export interface QdrantGateway extends AsyncDisposable {
  readonly port: number;
  /** `GET /path` of every request, in their order, with the prefix. */
  readonly seen: readonly string[];
  /** What was refused, and why. */
  readonly refused: readonly string[];
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** @param upstream host:port of the engine */
export async function openQdrantGateway(
  upstream: string,
  options: Options = {},
): Promise<QdrantGateway> {
  const { prefix = '', certificate, host = '127.0.0.1' } = options;
  const limit =
    options.writesPerMinute === undefined
      ? undefined
      : new WriteLimit(upstream, options.writesPerMinute);
  const seen: string[] = [];
  const refused: string[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = request;
    seen.push(`${method} ${url}`);
    const refuse = (status: number, error: string): void => {
      refused.push(`${status} ${method} ${url}: ${error}`);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: { error }, time: 0 }));
    };
    const sent = await buffer(request);
    if (!url.startsWith(`${prefix}/`)) return refuse(404, 'no such page');
    if (
      options.authorization !== undefined &&
      request.headers.authorization !== options.authorization
    )
      return refuse(401, 'Must provide a login');
    const path = url.slice(prefix.length);
    const body: unknown = sent.length === 0 ? undefined : JSON.parse(sent.toString());
    const call = { method, path, body };
    if (options.ownCollection !== undefined && !isAllowed(call, options.ownCollection))
      return refuse(403, 'Forbidden: Global manage access is required');
    const missing = options.strict ? await findUnindexed(upstream, call) : undefined;
    if (missing !== undefined)
      return refuse(
        400,
        `Bad request: Index required but not found for "${missing}" of one of the following ` +
          'types: [keyword]. Help: Create an index for this key or use a different filter.',
      );
    const overLimit = await limit?.findRefusal(path, body);
    if (overLimit !== undefined) return refuse(429, overLimit);
    const isDescription = method === 'GET' && /^\/collections\/[^/]+$/.test(path);
    const [hostname, port] = upstream.split(':');
    const forwarded = ask(
      { hostname, port, path, method, headers: { 'content-type': 'application/json' } },
      (reply) => {
        if (limit !== undefined && isDescription && reply.statusCode === 200)
          void addStrictMode(reply, limit.strictMode, response);
        else {
          response.writeHead(reply.statusCode ?? 502, reply.headers);
          reply.pipe(response);
        }
      },
    );
    forwarded.on('error', (error) => refuse(502, String(error)));
    forwarded.end(sent);
  }

  const listener: RequestListener = (request, response) => void answer(request, response);
  const server =
    certificate === undefined
      ? createServer(listener)
      : createTlsServer({ cert: certificate.certificate, key: certificate.key }, listener);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    seen,
    refused,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** The description of a collection, as if it had been made in strict mode. */
async function addStrictMode(reply: IncomingMessage, strictMode: object, response: ServerResponse) {
  const found = JSON.parse((await buffer(reply)).toString()) as {
    result: { config: { strict_mode_config?: object } };
  };
  found.result.config.strict_mode_config = strictMode;
  response.writeHead(200, { 'content-type': 'application/json' });
  response.end(JSON.stringify(found));
}

/** As a key of Qdrant's for one collection: reading and writing it, and its payload indexes. */
function isAllowed({ method, path }: Call, own: string): boolean {
  if (['/', '/readyz', '/healthz', '/livez'].includes(path)) return true;
  const [, collections, name, ...rest] = path.replace(/\?.*$/, '').split('/');
  if (collections !== 'collections' || decodeURIComponent(name ?? '') !== own) return false;
  return rest.length > 0 || method === 'GET';
}

/** The first field that a filter in the body names and that has no payload index of its type. */
async function findUnindexed(upstream: string, { path, body }: Call): Promise<string | undefined> {
  const [, name] = /^\/collections\/([^/]+)\/(?:points|facet)/.exec(path) ?? [];
  const needed = name === undefined ? [] : indexesOf(body, false);
  if (needed.length === 0) return undefined;
  const answer = await fetch(`http://${upstream}/collections/${name}`);
  const { result } = (await answer.json()) as {
    result?: { payload_schema: Record<string, { data_type: string }> };
  };
  const indexes = result?.payload_schema ?? {};
  return needed.find(({ field, type }) => {
    const found = indexes[field]?.data_type;
    return found === undefined || (type !== undefined && found !== type);
  })?.field;
}

interface NeededIndex {
  readonly field: string;
  /** Absent where one of any type does. */
  readonly type?: string;
}

/** Every `key` inside a `filter` or `update_filter`, at any depth. */
function indexesOf(value: unknown, inFilter: boolean): NeededIndex[] {
  if (typeof value !== 'object' || value === null) return [];
  const { key } = value as { key?: unknown };
  const own = inFilter && typeof key === 'string' ? [{ field: key, ...typeOf(value) }] : [];
  const inner = Object.entries(value).flatMap(([name, part]) =>
    indexesOf(part, inFilter || name === 'filter' || name === 'update_filter'),
  );
  return [...own, ...inner];
}

/** As Qdrant infers it from the condition; Pulse compares ranges of whole numbers alone. */
function typeOf(condition: {
  range?: object;
  match?: { value?: unknown; any?: unknown[] };
}): Pick<NeededIndex, 'type'> {
  if (condition.range !== undefined) return { type: 'integer' };
  const { match } = condition;
  const compared = match?.value ?? match?.any?.[0];
  if (compared === undefined) return {};
  const types = { string: 'keyword', number: 'integer', boolean: 'bool' };
  return { type: types[typeof compared as keyof typeof types] };
}
