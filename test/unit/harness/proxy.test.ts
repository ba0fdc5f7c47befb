import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { expect, onTestFinished, test } from 'vitest';

import { Proxy } from '../../harness/proxy.ts';

async function proxied() {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url}`);
    response.end('whole');
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const proxy = await Proxy.open(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(async () => {
    await proxy[Symbol.asyncDispose]();
    server.closeAllConnections();
    server.close();
  });
  const ask = async (path = '/', limitMs = 300) => {
    try {
      const response = await fetch(`http://${proxy.authority}${path}`, {
        signal: AbortSignal.timeout(limitMs),
      });
      return `${response.status} ${await response.text()}`;
    } catch (error) {
      return (error as Error).name === 'TimeoutError'
        ? 'no answer'
        : (((error as Error).cause ?? error) as { code?: string }).code;
    }
  };
  return { proxy, heard, ask };
}

test('a proxy passes requests until it is told otherwise', async () => {
  const { ask, heard } = await proxied();
  expect([await ask('/a'), await ask('/b'), heard]).toEqual([
    '200 whole',
    '200 whole',
    ['GET /a', 'GET /b'],
  ]);
});

test('a proxy that refuses closes its port, and passes requests again on the same port', async () => {
  const { proxy, ask } = await proxied();
  await proxy.refuse();
  expect(await ask()).toBe('ECONNREFUSED');
  await proxy.pass();
  expect(await ask()).toBe('200 whole');
});

test('a silent proxy answers nothing, even on open connections, and later delivers what waited', async () => {
  const { proxy, ask, heard } = await proxied();
  await ask();
  await proxy.silence();
  expect(await ask()).toBe('no answer');
  const waiting = ask('/late', 10_000);
  await expect.poll(() => proxy.connections).toBeGreaterThan(0);
  expect(heard).toEqual(['GET /']);
  await proxy.pass();
  expect(await waiting).toBe('200 whole');
});

test('a proxy that drops responses lets requests be carried out and answers none', async () => {
  const { proxy, ask, heard } = await proxied();
  await proxy.dropResponses();
  expect([await ask('/done'), heard]).toEqual(['no answer', ['GET /done']]);
});

test('a proxy resets the connections that it cuts', async () => {
  const { proxy, ask } = await proxied();
  await proxy.silence();
  const waiting = ask('/', 10_000);
  await expect.poll(() => proxy.connections).toBe(1);
  proxy.cut();
  expect(await waiting).toBe('ECONNRESET');
});

test('a proxy with a rule decides each request by itself', async () => {
  const { proxy, ask, heard } = await proxied();
  const fates = {
    '/503': { status: 503, body: 'busy' },
    '/hang': 'hang',
    '/applied': 'apply, then hang',
    '/cut': 'apply, then cut',
  } as const;
  await proxy.answer(({ path }) => fates[path as keyof typeof fates] ?? 'pass');
  expect(
    await Promise.all(['/503', '/hang', '/applied', '/cut', '/other'].map((path) => ask(path))),
  ).toEqual(['503 "busy"', 'no answer', 'no answer', 'ECONNRESET', '200 whole']);
  expect(heard.sort()).toEqual(['GET /applied', 'GET /cut', 'GET /other']);
});
