import { afterEach, beforeAll, expect, test } from 'vitest';

import { documentIdOf } from '../../../worker/documents/document-id.ts';
import { keys } from '../../harness/api-process.ts';
import { eventually } from '../../harness/eventually.ts';
import { serveApi } from '../../harness/served-api.ts';

const page = { url: 'https://a.example/', title: 'A page', markdown: 'The granite lantern.' };

const served = serveApi({ withWorker: true });
let cookie: string;
beforeAll(async () => {
  const answer = await fetch(`${served.api.url}/login`, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: served.api.url },
    body: new URLSearchParams({ key: keys.search }),
  });
  cookie = answer.headers.get('set-cookie')?.split(';')[0] ?? '';
});
afterEach(async () => {
  const { postgres, redis, tei } = served.stack.proxies;
  await Promise.all([postgres.pass(), redis.pass(), tei.pass()]);
  await eventually('an API that has all it needs', async () => {
    const { body } = await served.api.ask('/ready', { key: null });
    expect(body).toMatchObject({ ready: true, degraded: [] });
  });
});

async function look(path: string): Promise<{ status: number; text: string }> {
  const answer = await fetch(`${served.api.url}${path}`, { headers: { cookie } });
  expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
  return { status: answer.status, text: await answer.text() };
}

test('an empty stack says how the first page comes in, and a page that came in is found', async () => {
  const { status, text } = await look('/');
  expect(status).toBe(200);
  expect(text).toContain('Nothing is here yet');
  expect(text).toContain(`${served.api.url}/api/documents`);
  await served.api.ask('/api/documents', { body: page });
  await eventually('a page that is found', async () => {
    const { text: found } = await look('/?q=granite');
    expect(found).toContain('<mark>granite</mark>');
  });
});

test('a link to a search, with parameters of the program that sent it, is followed', async () => {
  expect(await look('/?q=granite&utm_source=mail')).toMatchObject({
    status: 200,
    text: expect.stringContaining('<mark>granite</mark>'),
  });
});

test('without Postgres words are searched, and every other screen says what is away', async () => {
  await served.stack.proxies.postgres.refuse();
  const found = await look('/?q=granite&mode=keyword');
  expect(found.status).toBe(200);
  expect(found.text).toContain('<mark>granite</mark>');
  for (const path of ['/documents', '/crawls', '/queue', `/documents/${documentIdOf(page.url)}`]) {
    const { status, text } = await look(path);
    expect({ path, status }).toEqual({ path, status: 503 });
    expect(text).toMatch(/href="\/codes\/POSTGRES_[A-Z]+"/);
    expect(text).toContain('What to do:');
  }
  expect((await look('/')).status).toBe(200);
  expect((await look('/status')).status).toBe(200);
});

test('without Redis a document is shown, and the queue says so', async () => {
  await served.stack.proxies.redis.refuse();
  const { status, text } = await look(`/documents/${documentIdOf(page.url)}`);
  expect(status).toBe(200);
  expect(text).toContain('not known while Redis is away');
  expect((await look('/queue')).status).toBe(503);
});

test('without TEI words are compared, and a search by meaning says why there is none', async () => {
  await served.stack.proxies.tei.refuse();
  const hybrid = await look('/?q=another+granite');
  expect(hybrid.status).toBe(200);
  expect(hybrid.text).toContain('Only words were compared');
  const semantic = await look('/?q=another+granite&mode=semantic');
  expect(semantic.status).toBe(503);
  expect(semantic.text).toMatch(/href="\/codes\/TEI_[A-Z]+"/);
});
