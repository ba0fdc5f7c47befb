/**
 * Answers as a Qdrant with one collection, `pages`, and keeps what is written to it. A test says
 * what a limit of Qdrant's or a proxy in front of it answers in its place.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

import { payloadIndexes } from '../../worker/vectors/points.ts';

export interface Call {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly bytes: number;
  readonly body: Body;
}

/** All that a body may hold of what the double reads. */
interface Body {
  readonly operations?: readonly { readonly upsert?: { readonly points: readonly Point[] } }[];
  readonly ids?: readonly string[];
  readonly limit?: number;
  readonly offset?: string;
  readonly filter?: { readonly must_not?: unknown };
}

interface Point {
  readonly id: string;
}

export interface Answer {
  readonly status: number;
  /** Text as it is, as a proxy answers; all else as JSON. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ScriptedQdrant extends AsyncDisposable {
  readonly url: string;
  /** What was let through, in its order. */
  readonly calls: readonly Call[];
  /** Asked first at each call; undefined lets it through. */
  refuse: (call: Call) => Answer | undefined;
  /** What the collection states about strict mode. */
  strictMode: object | undefined;
  indexes: object;
  /** What the collection says of its vectors. */
  vectors: object;
  /** The ids of the points, in the order of the first write. */
  readonly points: Set<string>;
}

/** An error in the words of Qdrant. */
export function sayAsQdrant(
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, body: { status: { error }, time: 0 }, headers };
}

/** An error page in the words of nginx. */
export function sayAsProxy(status: number, title: string): Answer {
  const page = `<html>\r\n<head><title>${status} ${title}</title></head>\r\n</html>\r\n`;
  return { status, body: page, headers: { 'content-type': 'text/html' } };
}

export async function openScriptedQdrant(): Promise<ScriptedQdrant> {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    void text(request).then((sent) => {
      const [path = ''] = (request.url ?? '').split('?');
      const body = (sent === '' ? {} : JSON.parse(sent)) as Body;
      const call = { method: request.method ?? '', path, bytes: sent.length, body };
      const refusal = scripted.refuse(call);
      if (refusal === undefined) calls.push(call);
      const { status, body: said, headers } = refusal ?? answer(scripted, call);
      const isText = typeof said === 'string';
      const type = isText ? 'text/plain' : 'application/json';
      response.writeHead(status, { 'content-type': type, ...headers });
      response.end(isText ? said : JSON.stringify(said));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const scripted: ScriptedQdrant = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    refuse: () => undefined,
    strictMode: undefined,
    indexes: payloadIndexes,
    vectors: { size: 4, distance: 'Cosine' },
    points: new Set(),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return scripted;
}

function answer(scripted: ScriptedQdrant, { path, body }: Call): Answer {
  const { points } = scripted;
  const good = (result: unknown): Answer => ({ status: 200, body: { result, status: 'ok' } });
  if (path === '/aliases') return good({ aliases: [] });
  if (path === '/collections') return good({ collections: [{ name: 'pages' }] });
  const [, , name, ...rest] = path.split('/');
  if (name !== 'pages')
    return rest[0] === 'exists'
      ? good({ exists: false })
      : sayAsQdrant(404, `Not found: Collection \`${name}\` doesn't exist!`);
  const ids = [...points];
  switch (rest.join('/')) {
    case '':
      return good(describeCollection(scripted));
    case 'exists':
      return good({ exists: true });
    case 'points/batch':
      for (const { upsert } of body.operations ?? [])
        for (const { id } of upsert?.points ?? []) points.add(id);
      return good([]);
    case 'points/scroll':
      return good(scroll(ids, body));
    case 'points/count':
      return good({ count: points.size });
    case 'points/query':
      return good({ points: [] });
    case 'points':
      return good(ids.filter((id) => body.ids?.includes(id)).map((id) => ({ id, payload: {} })));
    default:
      return good({ status: 'completed' });
  }
}

/** A page of all points; no point is of another model. */
function scroll(ids: readonly string[], { filter, limit = 10, offset }: Body) {
  if (filter?.must_not !== undefined) return { points: [], next_page_offset: null };
  const from = offset === undefined ? 0 : ids.indexOf(offset);
  const page = ids.slice(from, from + limit).map((id) => ({ id, payload: {} }));
  return { points: page, next_page_offset: ids[from + limit] ?? null };
}

function describeCollection({ indexes, vectors, strictMode, points }: ScriptedQdrant) {
  return {
    status: 'green',
    points_count: points.size,
    payload_schema: indexes,
    config: {
      params: { vectors },
      metadata: { model: 'maker/model' },
      strict_mode_config: strictMode,
    },
  };
}
