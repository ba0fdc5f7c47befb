import { describe, expect, test } from 'vitest';

import { codes } from '../../../shared/codes.ts';
import { keys } from '../../harness/api-process.ts';
import { serveApi } from '../../harness/served-api.ts';

const served = serveApi();

const authorization = `Authorization: Bearer ${keys.api}`;
const problemOf = (answer: string) => ({
  status: Number(answer.split(' ')[1]),
  mediaType: /^content-type: (.*)\r$/im.exec(answer)?.[1]?.split(';')[0],
  ...(JSON.parse(answer.slice(answer.indexOf('\r\n\r\n'))) as { code: string }),
});

describe('a problem', () => {
  test('says what its code means, what to do, and which request it was', async () => {
    const headers = { 'x-request-id': 'crawler.7' };
    const { headers: answered, body } = await served.api.ask('/api/nothing?secret=1', { headers });
    expect(body).toEqual({
      type: '/codes/API_NOT_FOUND',
      title: codes.API_NOT_FOUND.meaning,
      status: 404,
      detail: 'there is no such route',
      code: 'API_NOT_FOUND',
      check: codes.API_NOT_FOUND.check,
      instance: '/api/nothing',
      requestId: 'crawler.7',
    });
    expect(answered.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answered.get('x-request-id')).toBe('crawler.7');
    const { body: forged } = await served.api.ask('/api/nothing', {
      headers: { 'x-request-id': 'a b' },
    });
    expect(forged['requestId']).toMatch(/^[0-9a-f-]{36}$/);
  });

  test('leads to a page that explains its code, without a key', async () => {
    const { status, body } = await served.api.ask('/codes/API_NOT_FOUND', { key: null });
    expect({ status, ...body }).toMatchObject({
      status: 200,
      text: expect.stringContaining(codes.API_NOT_FOUND.check),
    });
    expect(await served.api.ask('/codes/toString')).toMatchObject({ status: 404 });
  });

  test('of a method that an address does not take names those that it takes', async () => {
    for (const [path, method, allow] of [
      ['/api/documents', 'PUT', 'GET, HEAD, POST'],
      ['/api/documents/7/retry', 'GET', 'POST'],
      ['/api/documents/7', 'PATCH', 'DELETE, GET, HEAD'],
      ['/health', 'OPTIONS', 'GET, HEAD'],
    ] as const) {
      const answer = await served.api.ask(path, { method, key: null });
      expect(answer).toMatchObject({ status: 405, body: { code: 'API_METHOD' } });
      expect(answer.headers.get('allow')).toBe(allow);
    }
  });

  test.each([
    ['an address that cannot be decoded', 'GET /api/documents/%zz HTTP/1.1', 400, 'API_SYNTAX'],
    ['what is no HTTP', 'HELLO', 400, 'API_SYNTAX'],
    ['a method that does not exist', 'BREW /api/documents HTTP/1.1', 400, 'API_SYNTAX'],
    [
      'a head of 64 KB',
      `GET /health HTTP/1.1\r\nx-long: ${'x'.repeat(65_536)}`,
      431,
      'API_TOO_LARGE',
    ],
    [
      'a body of 64 KB and more for a search',
      `POST /api/search HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: 65537`,
      413,
      'API_TOO_LARGE',
    ],
    [
      'a head that does not come to its end',
      'GET /health HTTP/1.1\r\nx-slow: ',
      408,
      'API_TIMEOUT',
    ],
  ])('answers %s', async (name, head, status, code) => {
    const rest = name.includes('to its end') ? '' : '\r\n\r\n';
    const fields = name.includes('no HTTP') ? '' : `\r\nHost: x\r\n${authorization}`;
    const lead = name.includes('to its end') ? head : `${head}${fields}\r\nConnection: close`;
    expect(problemOf(await served.api.exchange(`${lead}${rest}`))).toMatchObject({
      status,
      code,
      mediaType: 'application/problem+json',
    });
  });
});

test('settings that are wrong are all told at once, without a value', async () => {
  const failing = served.stack.api({
    WEBHOOK_API_SECRET: 'too-short',
    WEBHOOK_TRUSTED_PROXIES: '10.0.0.0/8, everybody',
    WEBHOOK_PORT: '70000',
  });
  const message = await failing.then(String, String);
  expect(message).toContain('WEBHOOK_API_SECRET has fewer than 32 characters');
  expect(message).toContain('WEBHOOK_TRUSTED_PROXIES is no list of addresses');
  expect(message).toContain('WEBHOOK_PORT');
  expect(message).not.toContain('too-short');
});
