import { describe, expect, test } from 'vitest';

import { keys } from '../../harness/api-process.ts';
import { eventually } from '../../harness/eventually.ts';
import { mostReports } from '../../harness/minutes.ts';
import { serveApi } from '../../harness/served-api.ts';

const previous = { api: 'before', search: 'a-short-one' };
const proxied = { 'x-forwarded-for': '203.0.113.7' };
const document = { url: 'https://a.example/keys', text: 'granite' };
const someId = '00000000-0000-5000-8000-000000000000';

const served = serveApi({
  environment: {
    WEBHOOK_API_SECRET_PREVIOUS: previous.api,
    WEBHOOK_SEARCH_SECRET_PREVIOUS: previous.search,
    WEBHOOK_TRUSTED_PROXIES: '127.0.0.1',
  },
});

describe('a key', () => {
  const routes = [
    ['GET', '/api/search?q=granite'],
    ['POST', '/api/search'],
    ['GET', `/api/documents/${someId}`],
    ['POST', '/api/documents'],
    ['DELETE', `/api/documents/${someId}`],
    ['GET', '/api/documents'],
    ['GET', `/api/documents/${someId}/chunks`],
    ['GET', `/api/documents/${someId}/runs`],
    ['POST', `/api/documents/${someId}/retry`],
    ['POST', `/api/documents/${someId}/reindex`],
  ] as const;

  test.each(routes)('is needed for %s %s, and no other does', async (method, path) => {
    for (const key of [null, '', 'wrong', `${keys.api}x`, keys.api.slice(1)]) {
      const answer = await served.api.ask(path, { method, key });
      expect(answer).toMatchObject({ status: 401, body: { code: 'API_UNAUTHORIZED' } });
      expect(answer.headers.get('www-authenticate')).toBe('Bearer');
    }
    const basic = { authorization: `Basic ${keys.api}` };
    expect(await served.api.ask(path, { method, key: null, headers: basic })).toMatchObject({
      status: 401,
    });
  });

  test('that may only search changes nothing', async () => {
    for (const key of [keys.search, previous.search]) {
      for (const [path, request] of [
        ['/api/documents', { body: document }],
        [`/api/documents/${someId}`, { method: 'DELETE' }],
      ] as const)
        expect(await served.api.ask(path, { key, ...request })).toMatchObject({
          status: 403,
          body: { code: 'API_READ_ONLY' },
        });
      expect(await served.api.ask(`/api/documents/${someId}`, { key })).toMatchObject({
        status: 404,
      });
    }
    const { rows } = await served.stack.services.pool.query(
      'SELECT FROM documents WHERE url = $1',
      [document.url],
    );
    expect(rows).toEqual([]);
  });

  test('counts without the word Bearer, as it did in the deployment that Pulse replaces', async () => {
    const ask = (authorization: string) =>
      served.api.ask(`/api/documents/${someId}`, { key: null, headers: { authorization } });
    for (const key of [keys.api, keys.search, previous.api])
      expect(await ask(key)).toMatchObject({ status: 404 });
    for (const other of ['Bearer', `Basic ${keys.api}`, `${keys.api} ${keys.api}`, `"${keys.api}"`])
      expect(await ask(other)).toMatchObject({ status: 401 });
  });

  test('of before goes on working, and the log says who still uses it, once a minute', async () => {
    const path = `/api/documents/${someId}`;
    for (const key of [previous.api, previous.api, previous.search])
      expect(await served.api.ask(path, { key, headers: proxied })).toMatchObject({ status: 404 });
    const reports = () =>
      served.api.lines.filter(
        ({ msg, client }) => msg.includes('previous key') && client === proxied['x-forwarded-for'],
      );
    const namesOf = () => [...new Set(reports().map(({ key }) => key))];
    const both = ['apiSecretPrevious', 'searchSecretPrevious'];
    await eventually('a line for each key', () => expect(namesOf()).toEqual(both));
    const ofFirst = reports().filter(({ key }) => key === both[0]);
    expect(ofFirst.length).toBeLessThanOrEqual(await mostReports(served.api, ofFirst.at(-1)));
  });

  test('is in no answer and in no line of the log', async () => {
    const { body } = await served.api.ask(`/api/nothing/${keys.api}?key=${keys.search}`);
    expect(body).toMatchObject({ code: 'API_NOT_FOUND' });
    await served.api.ask('/api/search', { body: { query: 7, key: keys.api } });
    for (const key of Object.values(keys))
      expect(JSON.stringify(served.api.lines)).not.toContain(key);
  });
});

test('a client is what a proxy says only where that proxy is trusted', async () => {
  const other = await served.stack.api({ WEBHOOK_API_SECRET_PREVIOUS: previous.api });
  await other.ask(`/api/documents/${someId}`, { key: previous.api, headers: proxied });
  expect(await other.logged('previous key')).toMatchObject({ client: '127.0.0.1' });
});
