import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { Qdrant } from '../../../../worker/vectors/qdrant.ts';

interface Asked {
  readonly method: string | undefined;
  readonly url: string;
  readonly key: unknown;
}

/** An HTTP server with this answer, and what it was asked. */
async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void) {
  const asked: Asked[] = [];
  const server = createServer((request, response) => {
    const { method, url = '', headers } = request;
    asked.push({ method, url, key: headers['api-key'] ?? headers.authorization });
    request.resume().on('end', () => answer(request, response));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { asked, port: (server.address() as AddressInfo).port };
}

const answerOk = (response: ServerResponse) =>
  response
    .writeHead(200, { 'content-type': 'application/json' })
    .end('{"status":"ok","result":{"points":[],"status":"completed","operation_id":1}}');

const open = (port: number, path = '') =>
  new Qdrant(`http://127.0.0.1:${port}${path}`, { apiKey: 'hunter2' });
const requests = {
  scroll: (qdrant: Qdrant) => qdrant.ask('scroll', (client) => client.scroll('pages')),
  collection: (qdrant: Qdrant) => qdrant.ask('look', (client) => client.getCollection('pages')),
  create: (qdrant: Qdrant) =>
    qdrant.ask('create', (client) => client.createCollection('pages', { vectors: {} })),
  upsert: (qdrant: Qdrant) =>
    qdrant.ask('upsert', (client) =>
      client.batchUpdate('pages', { wait: true, operations: [{ upsert: { points: [] } }] }),
    ),
  remove: (qdrant: Qdrant) => qdrant.ask('drop', (client) => client.deleteCollection('pages')),
};

test.each([301, 302, 303, 307, 308])(
  'no request follows a redirection to another server, which would get the key (%i)',
  async (status) => {
    const other = await serve((_request, response) => answerOk(response));
    const location = `http://localhost:${other.port}`;
    const { port } = await serve(({ url }, response) =>
      response.writeHead(status, { location: `${location}${url}?token=secret` }).end(),
    );
    for (const request of Object.values(requests))
      await expect(request(open(port))).rejects.toMatchObject({
        code: 'QDRANT_ANSWER',
        kind: 'away',
        message: expect.stringMatching(
          `answered ${status}, a redirection to ${location}/collections/pages.*, which is not`,
        ),
      });
    await expect(requests.scroll(open(port))).rejects.not.toThrow('secret');
    expect(other.asked).toEqual([]);
  },
);

test('a server that moved below other paths gets the same requests there, with the key', async () => {
  const moves: Record<string, string> = { '/old': '/new', '/new': '/a/qdrant' };
  const { asked, port } = await serve(({ url = '' }, response) => {
    const [, prefix = '', rest = ''] = /^(.*?)(\/collections.*)$/.exec(url) ?? [];
    const next = moves[prefix];
    if (next === undefined) return answerOk(response);
    return response.writeHead(308, { location: `${next}${rest}` }).end();
  });
  const qdrant = open(port, '/old');
  for (const request of Object.values(requests)) await request(qdrant);
  const there = asked.filter(({ url }) => url.startsWith('/a/qdrant/'));
  expect(there.map(({ method }) => method)).toEqual(['POST', 'GET', 'PUT', 'POST', 'DELETE']);
  expect(there[3]?.url).toBe('/a/qdrant/collections/pages/points/batch?wait=true');
  expect(new Set(asked.map(({ key }) => key))).toEqual(new Set(['hunter2']));
});

test('a server that moved on and then sends elsewhere keeps the key as well', async () => {
  const other = await serve((_request, response) => answerOk(response));
  const { port } = await serve(({ url = '' }, response) => {
    const base = url.startsWith('/new') ? `http://localhost:${other.port}` : '/new';
    response.writeHead(307, { location: `${base}${url}` }).end();
  });
  for (const request of Object.values(requests))
    await expect(request(open(port))).rejects.toMatchObject({
      code: 'QDRANT_ANSWER',
      kind: 'away',
    });
  expect(other.asked).toEqual([]);
});

test.each([
  ['a login', '/login?back=x', 'a redirection to http://127.0.0.1:\\d+/login, which'],
  ['itself', undefined, 'a redirection to http://127.0.0.1:\\d+/collections/pages, which'],
])('a redirection to %s on the same server is named', async (_what, location, message) => {
  const { asked, port } = await serve(({ url = '' }, response) =>
    response.writeHead(302, { location: location ?? url }).end(),
  );
  await expect(requests.collection(open(port))).rejects.toMatchObject({
    code: 'QDRANT_ANSWER',
    kind: 'away',
    message: expect.stringMatching(message),
  });
  expect(asked.length).toBeLessThan(30);
});

test('an answer without a redirection is what it was', async () => {
  const { port } = await serve((_request, response) =>
    response
      .writeHead(409, { 'content-type': 'application/json', location: '/elsewhere' })
      .end('{"status":{"error":"exists already"}}'),
  );
  await expect(requests.create(open(port))).rejects.toThrow('answered 409: {"status"');
});
