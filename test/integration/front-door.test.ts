import { request } from 'node:http';
import { json } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { apiPort, innerHookPort } from '../../settings/names.ts';
import { startFrontDoor } from '../harness/front-door.ts';
import type { FrontDoor } from '../harness/front-door.ts';

let door: FrontDoor;

beforeAll(async () => {
  door = await startFrontDoor({ hookPort: innerHookPort });
});
afterAll(() => door[Symbol.asyncDispose]());

/** With the path as it is written: `fetch` would take dots out of it. */
async function ask(
  port: number,
  path: string,
  headers: Record<string, string> = {},
): Promise<{ status: number | undefined; body: Record<string, unknown> }> {
  const { promise, resolve, reject } = Promise.withResolvers<{
    status: number | undefined;
    body: Record<string, unknown>;
  }>();
  request({ host: '127.0.0.1', port: door.published(port), path, headers, agent: false })
    .on('response', (answer) => {
      json(answer).then(
        (body) => resolve({ status: answer.statusCode, body: body as Record<string, unknown> }),
        reject,
      );
    })
    .on('error', reject)
    .end();
  return promise;
}

describe('the port for hooks', () => {
  test.each(['/api/webhook/firecrawl', '/api/webhook/changedetection?token=7'])(
    'passes %s on',
    async (path) => {
      expect(await ask(innerHookPort, path)).toMatchObject({ status: 200, body: { path } });
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
      expect(await ask(innerHookPort, path)).toMatchObject({
        status: 404,
        body: { code: 'DOOR_NOT_FOUND', type: '/codes/DOOR_NOT_FOUND' },
      });
      expect(await ask(apiPort, path)).toMatchObject({ status: 200, body: { path } });
    },
  );
});
