import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { test } from 'vitest';

import { fetchText } from '../../../shared/http.ts';

/** Refuses the first requests, and counts all. */
async function openLimited(refusals: number, status: number, after?: string) {
  const counted = { requests: 0 };
  const server = createServer((_request, response) => {
    counted.requests += 1;
    if (counted.requests > refusals) response.end('served');
    else
      response.writeHead(status, after === undefined ? {} : { 'retry-after': after }).end('wait');
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    counted,
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    [Symbol.dispose]: () => void server.close(),
  };
}
const ask = (url: string, signal = new AbortController().signal) =>
  fetchText(url, '/info', signal, { body: { inputs: 'a text' } });

test.concurrent.for([
  ['429', 2, 429, undefined],
  ['503, as nginx says it', 2, 503, undefined],
  ['a second', 1, 429, '1'],
  ['a date', 1, 503, 'Wed, 21 Oct 2015 07:28:00 GMT'],
  ['words that are no time', 1, 429, 'soon'],
] as const)(
  'a request is sent again after a limit that says %s',
  async ([_title, refusals, status, after], { expect }) => {
    using server = await openLimited(refusals, status, after);
    expect(await ask(server.url)).toBe('served');
    expect(server.counted.requests).toBe(refusals + 1);
  },
);

test.concurrent.for([
  ['asks for a minute', 1, 429, '60', 1],
  ['asks for a later date', 1, 503, 'Fri, 31 Dec 9999 23:59:59 GMT', 1],
  ['goes on', 9, 429, undefined, 3],
  ['is no limit', 1, 500, undefined, 1],
] as const)(
  'what %s is left to the caller',
  async ([_title, refusals, status, after, requests], { expect }) => {
    using server = await openLimited(refusals, status, after);
    await expect(ask(server.url)).rejects.toMatchObject({ status });
    expect(server.counted.requests).toBe(requests);
  },
);

test.concurrent('a pause ends with the time of the request', async ({ expect }) => {
  using server = await openLimited(9, 429);
  await expect(ask(server.url, AbortSignal.timeout(100))).rejects.toThrow(/abort/i);
  expect(server.counted.requests).toBe(1);
});
