import { describe, expect, test } from 'vitest';

import { keys } from '../../harness/api-process.ts';
import { serveApi } from '../../harness/served-api.ts';

const ndjson = 'application/x-ndjson';

const served = serveApi();

describe('input that leaves nothing behind:', () => {
  const good = { url: 'https://never.example/stored', text: 'granite' };
  const wellFormed = JSON.stringify(good);
  test.each<[name: string, body: string | Uint8Array, type: string, expected: object]>([
    [
      'broken JSON',
      wellFormed.slice(0, -1),
      'application/json',
      { status: 400, body: { code: 'API_SYNTAX' } },
    ],
    ['an empty body', '', 'application/json', { status: 400, body: { code: 'API_SYNTAX' } }],
    [
      'broken UTF-8',
      Buffer.from(`{"url":"${good.url}","text":"\xff"}`, 'latin1'),
      'application/json',
      { status: 400, body: { code: 'API_SYNTAX' } },
    ],
    [
      '__proto__',
      `{"__proto__":{"url":"${good.url}"},"text":"x","url":"${good.url}"}`,
      'application/json',
      { status: 400, body: { code: 'API_SYNTAX' } },
    ],
    [
      '__proto__ in a line',
      `{"__proto__":{},"text":"x","url":"${good.url}"}\n`,
      ndjson,
      { status: 422, body: { items: [{ code: 'API_SYNTAX' }] } },
    ],
    [
      'broken UTF-8 in a line',
      Buffer.from(`{"url":"${good.url}","text":"\xff"}`, 'latin1'),
      ndjson,
      { status: 422, body: { items: [{ code: 'API_SYNTAX' }] } },
    ],
    [
      'another content type',
      wellFormed,
      'text/plain',
      { status: 415, body: { code: 'API_MEDIA_TYPE' } },
    ],
    ['a form', `url=${good.url}`, 'application/x-www-form-urlencoded', { status: 415 }],
    [
      'more than 10,000 lines',
      '\n'.repeat(10_001),
      ndjson,
      { status: 413, body: { code: 'API_TOO_LARGE', accepted: 0 } },
    ],
    [
      'a list of more than 1,000',
      JSON.stringify(Array.from({ length: 1_001 }, () => good)),
      'application/json',
      { status: 413, body: { code: 'API_TOO_LARGE' } },
    ],
    [
      'a parameter that is not allowed',
      wellFormed,
      'application/json',
      { status: 422, body: { code: 'API_INVALID', errors: [{ pointer: '/items' }] } },
    ],
  ])('%s', async (name, body, type, expected) => {
    const path = `/api/documents${name.startsWith('a parameter') ? '?items=some' : ''}`;
    const answer = await served.api.ask(path, { body, type });
    expect(answer).toMatchObject(expected);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(await served.storedUrls()).toEqual([]);
  });

  test.each([
    ['20 MB of JSON', 'application/json', 20_000_000],
    ['70 MB of lines', ndjson, 70_000_000],
  ])('%s, by what its head says', async (_name, type, length) => {
    const answer = await served.api.exchange(
      `POST /api/documents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${keys.api}\r\n` +
        `Content-Type: ${type}\r\nContent-Length: ${length}\r\nConnection: close\r\n\r\n${wellFormed}\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    expect(answer).toContain('"code":"API_TOO_LARGE"');
    expect(await served.storedUrls()).toEqual([]);
  });

  test('too many lines, and the next request on their connection is answered', async () => {
    const lines = '\n'.repeat(2_000_000);
    const answers = await served.api.exchange(
      `POST /api/documents HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${keys.api}\r\n` +
        `Content-Type: ${ndjson}\r\nContent-Length: ${lines.length}\r\n\r\n${lines}` +
        'GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    );
    const statuses = answers.match(/(?<=HTTP\/1\.1 )\d+/g);
    expect(statuses).toEqual(['413', '200']);
  });

  test.each(['application/json', ndjson])('a connection cut in the middle of %s', async (type) => {
    const cut = new AbortController();
    async function* body() {
      yield Buffer.from(wellFormed.slice(0, 20));
      await served.api.ask('/health');
      cut.abort();
    }
    await expect(
      served.api.ask('/api/documents', { body: body(), type, signal: cut.signal }),
    ).rejects.toThrow('abort');
    expect(await served.api.ask('/health')).toMatchObject({ status: 200 });
    expect(await served.storedUrls()).toEqual([]);
    expect(served.api.lines.filter(({ level }) => level !== 'info')).toEqual([]);
  });
});
