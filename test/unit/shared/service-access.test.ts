import { afterEach, describe, expect, test, vi } from 'vitest';

import { runProbe } from '../../../healthchecks/probe.ts';
import { qdrant } from '../../../healthchecks/qdrant.ts';
import type { ServiceAccess } from '../../../shared/service-access.ts';
import { Qdrant } from '../../../worker/vectors/qdrant.ts';

afterEach(() => vi.unstubAllGlobals());

/** The address and the login of every request that one of the two sends. */
async function sent(
  url: string,
  by: 'check' | 'use',
  access: ServiceAccess = {},
  header = 'authorization',
): Promise<Set<string>> {
  const seen = new Set<string>();
  vi.stubGlobal('fetch', (address: string, init: RequestInit) => {
    const { origin, pathname } = new URL(address);
    const prefix = pathname.replace(/(\/readyz|\/aliases|\/collections.*|\/)$/, '');
    seen.add(`${origin}${prefix} ${new Headers(init.headers).get(header)}`);
    const body = JSON.stringify({ result: { aliases: [] }, version: '1.19.0' });
    return Promise.resolve(new Response(body, { headers: { 'content-type': 'application/json' } }));
  });
  if (by === 'check') await runProbe(qdrant, { url, ...access, collection: 'one', dimension: 4 });
  else await new Qdrant(url, access).ask('aliases', (client) => client.getAliases());
  return seen;
}

const basic = (login: string): string => `Basic ${Buffer.from(login).toString('base64')}`;

describe('the address of a Qdrant', () => {
  test.each([
    ['https://qdrant.example.org', 'https://qdrant.example.org null'],
    ['https://qdrant.example.org:443', 'https://qdrant.example.org null'],
    ['HTTPS://Qdrant.Example.org/', 'https://qdrant.example.org null'],
    ['http://qdrant.example.org', 'http://qdrant.example.org null'],
    ['http://qdrant.example.org:80', 'http://qdrant.example.org null'],
    ['https://qdrant.example.org:6333/', 'https://qdrant.example.org:6333 null'],
    ['http://10.9.9.9:52001', 'http://10.9.9.9:52001 null'],
    ['https://gpu.example.org/qdrant', 'https://gpu.example.org/qdrant null'],
    ['https://gpu.example.org/a/b%20c/', 'https://gpu.example.org/a/b%20c null'],
    ['https://gpu.example.org:8443/qdrant//', 'https://gpu.example.org:8443/qdrant null'],
    ['http://[2001:db8::7]', 'http://[2001:db8::7] null'],
    ['https://[2001:db8::7]:6333/q', 'https://[2001:db8::7]:6333/q null'],
    ['https://me:w%2Frd@gpu.example.org/q', `https://gpu.example.org/q ${basic('me:w/rd')}`],
  ])('%s is the same for the check and for the use', async (url, expected) => {
    expect([...(await sent(url, 'check'))]).toEqual([expected]);
    expect([...(await sent(url, 'use'))]).toEqual([expected]);
  });
});

describe('the key of a Qdrant', () => {
  const url = 'http://10.9.9.9:52001';

  test.each([
    ['goes as a bearer token too, for a proxy that wants one', { apiKey: 'k' }, 'Bearer k'],
    ['leaves the login of a proxy its header', { apiKey: 'k', login: 'me:x' }, basic('me:x')],
  ])('%s', async (_title, access, authorization) => {
    for (const by of ['check', 'use'] as const) {
      expect([...(await sent(url, by, access))]).toEqual([`${url} ${authorization}`]);
      expect([...(await sent(url, by, access, 'api-key'))]).toEqual([`${url} k`]);
    }
  });

  test('leaves the login of an address its header', async () => {
    for (const by of ['check', 'use'] as const)
      expect([...(await sent('http://me:x@10.9.9.9', by, { apiKey: 'k' }))]).toEqual([
        `http://10.9.9.9 ${basic('me:x')}`,
      ]);
  });
});
