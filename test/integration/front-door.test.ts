import { execFile } from 'node:child_process';
import { Agent, request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { json } from 'node:stream/consumers';
import { connect as connectTls } from 'node:tls';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { apiPort, innerHookPort, innerMetricsPort, innerTlsPort } from '../../settings/names.ts';
import { first, root } from '../harness/certificates.ts';
import { startFrontDoor } from '../harness/front-door.ts';
import type { FrontDoor, Reached } from '../harness/front-door.ts';

const execute = promisify(execFile);

interface Answer {
  readonly status: number | undefined;
  readonly body: Record<string, unknown>;
}

interface Asking {
  readonly headers?: Record<string, string>;
  readonly tls?: boolean;
  /** Absent, on a connection of its own. */
  readonly agent?: Agent | false;
}

/** With the path as it is written: `fetch` would take dots out of it. */
function ask(
  door: FrontDoor,
  port: number,
  path: string,
  { headers = {}, tls = false, agent = false }: Asking = {},
): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const request = tls ? requestTls : requestPlain;
  const to = {
    host: '127.0.0.1',
    port: door.published(port),
    path,
    headers,
    agent,
    ca: root,
  };
  request(to)
    .on('response', (answer) => {
      const read = async (): Promise<Answer> => ({
        status: answer.statusCode,
        body: (await json(answer)) as Record<string, unknown>,
      });
      read().then(resolve, reject);
    })
    .on('error', reject)
    .end();
  return promise;
}

describe('the port for hooks', () => {
  let door: FrontDoor;
  beforeAll(async () => {
    door = await startFrontDoor({ hookPort: innerHookPort });
  });
  afterAll(() => door[Symbol.asyncDispose]());

  test.each(['/api/webhook/firecrawl', '/api/webhook/changedetection?token=7'])(
    'passes %s on',
    async (path) => {
      expect(await ask(door, innerHookPort, path)).toMatchObject({ status: 200, body: { path } });
    },
  );

  test.each([
    '/',
    '/health',
    '/api/search?q=granite',
    '/api/documents',
    '/api/webhook',
    '/api/webhook/',
    '/api/webhooks/firecrawl',
    '/api/webhook/../search',
    '/api/webhook/%2e%2e/search',
    '/api/webhook/..%2fsearch',
    '//api/webhook/firecrawl',
    '/API/webhook/firecrawl',
    '/docs?next=/api/webhook/firecrawl',
  ])(
    'answers %s itself, with 404 and a code, while the port of the API passes it on',
    async (path) => {
      expect(await ask(door, innerHookPort, path)).toMatchObject({
        status: 404,
        body: { code: 'DOOR_NOT_FOUND', type: '/codes/DOOR_NOT_FOUND' },
      });
      expect(await ask(door, apiPort, path)).toMatchObject({ status: 200, body: { path } });
    },
  );

  test('is not that of the metrics of HAProxy, which are told inside the network alone', async () => {
    const metrics = await door.readInside(innerMetricsPort, '/metrics');
    expect(metrics).toContain('haproxy_backend_active_servers{proxy="api"} 1');
    expect(await door.fromInside(innerMetricsPort, '/health')).toMatchObject({
      code: 'DOOR_NOT_FOUND',
    });
    expect(door.published(innerMetricsPort)).toBeUndefined();
  });
});

describe('with a certificate', () => {
  let door: FrontDoor;
  beforeAll(async () => {
    door = await startFrontDoor({ hookPort: innerHookPort, tls: first });
  });
  afterAll(() => door[Symbol.asyncDispose]());

  test.each([
    ['API', innerTlsPort],
    ['hooks', innerHookPort],
  ])(
    'the port for %s speaks TLS, with the whole chain, and says so to a replica',
    async (_, port) => {
      const path = '/api/webhook/firecrawl';
      expect(await ask(door, port, path, { tls: true })).toMatchObject({
        status: 200,
        body: { path, headers: { 'x-forwarded-proto': 'https' } },
      });
    },
  );

  test('it speaks no plain HTTP, and no TLS older than 1.2', async () => {
    await expect(ask(door, innerTlsPort, '/health')).rejects.toThrow(/hang up|ECONNRESET/);
    const port = door.published(innerTlsPort);
    const old = connectTls({ port, ca: root, minVersion: 'TLSv1', maxVersion: 'TLSv1.1' });
    await expect(once(old)).rejects.toThrow(/alert|version|protocol/i);
  });

  test('senders inside the network find plain HTTP where it was', async () => {
    expect(await door.fromInside(apiPort, '/health')).toMatchObject({
      path: '/health',
      headers: { 'x-forwarded-proto': 'http' },
    });
  });

  test('docker inspect, the log and the arguments of processes have no line of the key', async () => {
    const [, line = ''] = first.key.split('\n');
    const seen = await Promise.all(
      [
        ['inspect', door.container],
        ['logs', door.container],
        ['top', door.container, '-eo', 'pid,args'],
      ].map((args) => execute('docker', args)),
    );
    for (const { stdout, stderr } of seen) expect(stdout + stderr).not.toContain(line);
    expect(seen[2]?.stdout).toContain('haproxy.cfg');
  });
});

/** What a replica is told of a client. */
function clientOf({ body, headers }: Partial<Answer & Reached>): unknown {
  const received = headers ?? (body?.['headers'] as Reached['headers']);
  return received['x-forwarded-for'];
}

describe('a client that says of itself to be another', () => {
  const forged = {
    'x-forwarded-for': '203.0.113.7',
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'pulse.example.org',
    forwarded: 'for=203.0.113.7',
  };
  let door: FrontDoor;
  beforeAll(async () => {
    door = await startFrontDoor();
  });
  afterAll(() => door[Symbol.asyncDispose]());

  test('is who it is, outside and on another container of the network', async () => {
    const outside = await ask(door, apiPort, '/', { headers: forged });
    expect(clientOf(outside)).toBe(door.gateway);
    const inside = await door.fromInside(apiPort, '/', forged);
    expect(clientOf(inside)).toBe(door.neighbour);
    expect(inside.headers).toMatchObject({ 'x-forwarded-proto': 'http' });
    for (const name of ['x-forwarded-host', 'forwarded'])
      expect(inside.headers).not.toHaveProperty(name);
  });
});

describe('behind trusted proxies', () => {
  let door: FrontDoor;
  beforeAll(async () => {
    door = await startFrontDoor({ otherProxies: ['10.9.0.0/16', '2001:db8::/32'] });
  });
  afterAll(() => door[Symbol.asyncDispose]());

  test.each([
    ['203.0.113.7', '203.0.113.7'],
    ['192.0.2.66, 203.0.113.7', '203.0.113.7'],
    ['203.0.113.7, 10.9.0.1, 2001:db8::7', '203.0.113.7'],
    ['192.0.2.66, 203.0.113.7, 10.9.0.1', '203.0.113.7'],
    ['10.9.0.4, 10.9.0.3, 10.9.0.2, 10.9.0.1', '10.9.0.4'],
    ['2001:db9::1', '2001:db9::1'],
  ])('the client of "%s" is %s', async (header, client) => {
    const answer = await ask(door, apiPort, '/', { headers: { 'x-forwarded-for': header } });
    expect(clientOf(answer)).toBe(client);
  });

  test.each(['unknown', '203.0.113.7, unknown', '203.0.113.7, 10.9.0.1, garbage', ''])(
    'the client of "%s" is the proxy',
    async (header) => {
      const answer = await ask(door, apiPort, '/', { headers: { 'x-forwarded-for': header } });
      expect(clientOf(answer)).toBe(door.gateway);
    },
  );

  test('each request of a connection has its own client', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    onTestFinished(() => agent.destroy());
    const clients = ['203.0.113.7', '203.0.113.8', '203.0.113.9'];
    for (const client of clients) {
      const headers = { 'x-forwarded-for': client };
      expect(clientOf(await ask(door, apiPort, '/', { headers, agent }))).toBe(client);
    }
    expect(clientOf(await ask(door, apiPort, '/', { agent }))).toBe(door.gateway);
  });

  test('their word on the protocol is passed on, and that of others is not', async () => {
    const headers = { 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' };
    expect(await ask(door, apiPort, '/', { headers })).toMatchObject({
      body: { headers: { 'x-forwarded-proto': 'https' } },
    });
    const inside = await door.fromInside(apiPort, '/', headers);
    expect(inside.headers).toMatchObject({ 'x-forwarded-proto': 'http' });
    expect(clientOf(inside)).toBe(door.neighbour);
  });
});

/** Resolves when a connection is there, and rejects when it fails. */
function once(socket: ReturnType<typeof connectTls>): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.on('secureConnect', () => resolve()).on('error', reject);
  return promise.finally(() => socket.destroy());
}
