import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

import { expect, onTestFinished, test } from 'vitest';

import { eventually } from '../../harness/eventually.ts';
import { Proxy } from '../../harness/proxy.ts';

/** How long a question that has arrived gets no answer. Every answer is waited for. */
const silenceMs = 300;

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
  const ask = async (path = '/', signal: AbortSignal | null = null) => {
    try {
      const response = await fetch(`http://${proxy.authority}${path}`, { signal });
      return `${response.status} ${await response.text()}`;
    } catch (error) {
      return (error as Error).name === 'AbortError'
        ? 'no answer'
        : (((error as Error).cause ?? error) as { code?: string }).code;
    }
  };
  /** Asks, and gives up a while after the question has arrived. */
  const askInVain = async (path: string, hasArrived: () => boolean) => {
    const givenUp = new AbortController();
    const asked = ask(path, givenUp.signal);
    await eventually('a question that arrives', hasArrived);
    await pause(silenceMs);
    givenUp.abort();
    return asked;
  };
  return { proxy, heard, ask, askInVain };
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
  const { proxy, ask, askInVain, heard } = await proxied();
  await ask();
  await proxy.silence();
  expect(await askInVain('/', () => proxy.connections > 0)).toBe('no answer');
  const waiting = ask('/late');
  await eventually('a connection', () => proxy.connections > 0);
  expect(heard).toEqual(['GET /']);
  await proxy.pass();
  expect(await waiting).toBe('200 whole');
});

test('a proxy that drops responses lets requests be carried out and answers none', async () => {
  const { proxy, askInVain, heard } = await proxied();
  await proxy.dropResponses();
  expect([await askInVain('/done', () => heard.length > 0), heard]).toEqual([
    'no answer',
    ['GET /done'],
  ]);
});

test('a proxy resets the connections that it cuts', async () => {
  const { proxy, ask } = await proxied();
  await proxy.silence();
  const waiting = ask('/');
  await eventually('a connection', () => proxy.connections === 1);
  proxy.cut();
  expect(await waiting).toBe('ECONNRESET');
});

test('a proxy with a rule decides each request by itself', async () => {
  const { proxy, ask, askInVain, heard } = await proxied();
  const fates = {
    '/503': { status: 503, body: 'busy' },
    '/hang': 'hang',
    '/applied': 'apply, then hang',
    '/cut': 'apply, then cut',
  } as const;
  const decided: string[] = [];
  await proxy.answer(({ path }) => {
    decided.push(path);
    return fates[path as keyof typeof fates] ?? 'pass';
  });
  expect(
    await Promise.all([
      ask('/503'),
      askInVain('/hang', () => decided.includes('/hang')),
      askInVain('/applied', () => heard.includes('GET /applied')),
      ask('/cut'),
      ask('/other'),
    ]),
  ).toEqual(['503 "busy"', 'no answer', 'no answer', 'ECONNRESET', '200 whole']);
  expect(heard.sort()).toEqual(['GET /applied', 'GET /cut', 'GET /other']);
});

test('a proxy brings a request late, when its client has long given it up', async () => {
  const { proxy, askInVain, heard } = await proxied();
  const [gate, arrival] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let held = 0;
  await proxy.answer(() => {
    held += 1;
    return { applyAfter: gate.promise, applied: arrival.resolve };
  });
  expect(await askInVain('/late', () => held > 0)).toBe('no answer');
  await eventually('a client that is gone', () => proxy.connections === 0);
  expect(heard).toEqual([]);
  gate.resolve();
  await arrival.promise;
  expect(heard).toEqual(['GET /late']);
});
