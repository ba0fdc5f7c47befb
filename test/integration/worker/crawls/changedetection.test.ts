import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';

import { readChangedetection } from '../../../../worker/api/read-changedetection.ts';
import { fetchLostChanges } from '../../../../worker/crawls/changedetection.ts';
import { documentIdOf } from '../../../../worker/documents/document-id.ts';
import { storeCrawlPages } from '../../../../worker/records/crawl-pages.ts';
import { openTestStack } from '../../../harness/test-stack.ts';
import type { TestStack } from '../../../harness/test-stack.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await openTestStack();
});

/** The API of changedetection.io 0.60.10 as far as Pulse asks it. */
const watches = new Map<string, { watch: Record<string, unknown>; snapshot: string }>();
const asked: string[] = [];
let listed: string | undefined;
/** Watches whose snapshot cannot be read. */
const broken = new Set<string>();
const tried = new Map<string, number>();
const server = createServer(({ url = '', headers }, response) => {
  asked.push(url);
  if (headers['x-api-key'] !== 'the key') {
    response.writeHead(403).end('"Invalid"');
    return;
  }
  const [, uuid] = /^\/cd\/api\/v1\/watch\/([^/]+)\/history\/latest$/.exec(url) ?? [];
  const all = Object.fromEntries([...watches].map(([name, one]) => [name, one.watch]));
  if (uuid === undefined) response.end(listed ?? JSON.stringify(all));
  else if (broken.has(uuid)) response.writeHead(500).end('"Internal Server Error"');
  else response.end(watches.get(uuid)?.snapshot);
});
beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)));
afterAll(async () => {
  server.close();
  await stack[Symbol.asyncDispose]();
});
beforeEach(() => {
  watches.clear();
  broken.clear();
  asked.length = 0;
  listed = undefined;
});

const enqueued: string[] = [];
function poll(apiKey = 'the key') {
  const { port } = server.address() as AddressInfo;
  return fetchLostChanges(
    {
      ...stack.services,
      read: async (body) => readChangedetection(body),
      enqueue: async (ids) => void enqueued.push(...ids),
      tried,
    },
    { changedetectionUrl: `http://127.0.0.1:${port}/cd`, changedetectionApiKey: apiKey },
    new AbortController().signal,
  );
}

/** A change replaces no version that came in more than a day after it, so it is an hour old. */
const anHourAgo = Math.floor(Date.now() / 1_000) - 3_600;
const changedAt = (seconds: number) => anHourAgo + seconds;
/** @returns the same as a notification says it */
function notifiedTime(seconds: number): string {
  const local = new Date((changedAt(seconds) + 3_600) * 1_000);
  return `${local.toISOString().slice(0, 19).replace('T', ' ')} CET`;
}
/** A watch with a change of that time. */
function addWatch(text: string, seconds: number) {
  const [uuid, url] = [randomUUID(), `https://watched.example/${randomUUID()}`];
  const described = { url, link: url, title: '', page_title: 'Granite prices' };
  watches.set(uuid, {
    watch: { ...described, last_changed: changedAt(seconds), last_error: false },
    snapshot: text,
  });
  return { uuid, url };
}
const versionsOf = async (url: string) =>
  (
    await stack.services.pool.query<{ count: number }>(
      'SELECT count(*)::int FROM versions WHERE document_id = $1',
      [documentIdOf(url)],
    )
  ).rows[0]?.count;
function notify(uuid: string, url: string, text: string, time: string) {
  const body = {
    watch_uuid: uuid,
    watch_url: url,
    watch_title: 'Granite prices',
    change_datetime: time,
    current_snapshot: text,
  };
  const { key, pages } = readChangedetection(Buffer.from(JSON.stringify(body)));
  const delivery = { source: 'changedetection', key, event: 'change', outcome: 'stored', bytes: 1 };
  return storeCrawlPages(stack.services.pool, {
    crawl: null,
    via: 'webhook',
    pages,
    delivery: { ...delivery, outcome: 'stored' },
  });
}

test('a change whose notification was lost is fetched once, and is no second version when it comes', async () => {
  const { uuid, url } = addWatch('Granite costs 7.', 1);
  watches.set(randomUUID(), {
    watch: { url: 'https://watched.example/never', last_changed: 0 },
    snapshot: '',
  });
  expect(await poll()).toEqual({ watches: 2, changed: 1, stored: 1, unread: 0 });
  expect(enqueued).toContain(documentIdOf(url));
  const { page } = (await stack.services.records.latest(documentIdOf(url))) ?? {};
  expect(page).toMatchObject({
    title: 'Granite prices',
    text: 'Granite costs 7.',
    source: 'changedetection',
  });
  expect(await poll()).toMatchObject({ changed: 0 });
  expect(asked).toEqual([
    '/cd/api/v1/watch',
    `/cd/api/v1/watch/${uuid}/history/latest`,
    '/cd/api/v1/watch',
  ]);
  const late = await notify(uuid, url, 'Granite costs 7.', notifiedTime(1));
  expect(late.pages).toMatchObject({ unchanged: 1 });
  expect(await versionsOf(url)).toBe(1);
});

test('a change that was notified is not fetched, and the next one is', async () => {
  const { uuid, url } = addWatch('Granite costs 8.', 1);
  await notify(uuid, url, 'Granite costs 8.', notifiedTime(1));
  expect(await poll()).toMatchObject({ changed: 0 });
  const known = watches.get(uuid)?.watch;
  watches.set(uuid, { watch: { ...known, last_changed: changedAt(9) }, snapshot: 'Now 9.' });
  expect(await poll()).toMatchObject({ changed: 1, stored: 1 });
  expect(await versionsOf(url)).toBe(2);
});

test('a watch that cannot be read keeps out no other, and waits for the others', async () => {
  const good = [addWatch('Granite costs 1.', 1), addWatch('Granite costs 3.', 3)];
  const bad = [addWatch('', 2), addWatch('', 4), addWatch('', 5)];
  for (const { uuid } of bad) broken.add(uuid);
  expect(await poll()).toEqual({ watches: 5, changed: 5, stored: 2, unread: 3 });
  const latest = addWatch('Granite costs 0.', 0);
  good.push(latest);
  asked.length = 0;
  await expect(poll()).rejects.toMatchObject({ code: 'CHANGEDETECTION_ANSWER', kind: 'away' });
  const [, ...uuids] = asked.map((path) => path.split('/')[5]);
  expect(uuids).toEqual([latest, bad[2], bad[1], bad[0]].map((watch) => watch?.uuid));
  for (const { url } of good) expect(await versionsOf(url)).toBe(1);
});

test('a page that Postgres refuses keeps out no other', async () => {
  const { pool } = stack.services;
  const [older, refused] = [addWatch('Granite costs 1.', 1), addWatch('Granite costs 2.', 2)];
  await pool.query(`ALTER TABLE documents ADD CHECK (url <> '${refused.url}')`);
  expect(await poll()).toMatchObject({ stored: 1, unread: 1 });
  expect(await versionsOf(older.url)).toBe(1);
});

test('a wrong key, and an answer that is none, are said with their code', async () => {
  await expect(poll('another')).rejects.toMatchObject({ code: 'CHANGEDETECTION_AUTH' });
  for (listed of ['<html>Login</html>', '[1]', '{"a": {"url": 7}}'])
    await expect(poll()).rejects.toMatchObject({ code: 'CHANGEDETECTION_ANSWER' });
});
