import { randomUUID } from 'node:crypto';

import { afterEach, describe, expect, test } from 'vitest';

import { documentIdOf } from '../../../worker/documents/document-id.ts';
import { eventually } from '../../harness/eventually.ts';
import { crawlPage, deliver, record } from '../../harness/hooks.ts';
import { page } from '../../harness/pages.ts';
import { serveApi } from '../../harness/served-api.ts';
import { readPostgres } from '../../harness/stored.ts';

const served = serveApi({ withWorker: true });

let last = 0;
const newPage = () => page((last += 1));
const send = (body: unknown) => served.api.ask('/api/documents', { body });
/** A signed delivery of a page that nobody has sent before, and its address. */
function newDelivery(): { readonly url: string; readonly body: object } {
  const url = `https://outages.example/${randomUUID()}`;
  return { url, body: crawlPage(randomUUID(), record(url, `Page ${url}`)) };
}
const ready = () => served.api.ask('/ready', { key: null });

async function stored(): Promise<Map<string, string>> {
  const [documents] = await readPostgres(served.stack.directEnv['WEBHOOK_DATABASE_URL'] ?? '');
  return new Map(documents.map(({ url, state }) => [url, state]));
}

/** Expects that whoever asked Postgres through the proxy has its answer. */
async function expectAllAnswered(): Promise<void> {
  const { pool } = served.stack.services;
  const { rows } = await pool.query(`
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
      AND pid <> pg_backend_pid() AND (state <> 'idle' OR wait_event <> 'ClientRead')`);
  expect(rows).toEqual([]);
  // What was sent before this answer has come through the proxy before it.
  await pool.query('SELECT');
}

afterEach(async () => {
  await Promise.all([served.stack.proxies.postgres.pass(), served.stack.proxies.redis.pass()]);
  await eventually('an API that has all it needs', async () =>
    expect((await ready()).body).toMatchObject({ ready: true, degraded: [] }),
  );
});

describe('while Postgres is away', () => {
  test('every document is refused with the time to wait, and one sent again is accepted', async () => {
    const [one, ...list] = [newPage(), newPage(), newPage()];
    await served.stack.proxies.postgres.refuse();
    const refused = await send(one);
    expect(refused).toMatchObject({
      status: 503,
      body: { code: 'POSTGRES_UNREACHABLE', type: '/codes/POSTGRES_UNREACHABLE' },
    });
    expect(refused.headers.get('retry-after')).toBe('5');
    const { url, body } = newDelivery();
    const lost = await deliver(served.api, body);
    expect(lost).toMatchObject({ status: 503, body: { code: 'POSTGRES_UNREACHABLE' } });
    expect(lost.headers.get('retry-after')).toBe('5');
    const many = await send(list);
    expect(many).toMatchObject({
      status: 503,
      body: { code: 'POSTGRES_UNREACHABLE', accepted: 0, unchanged: 0, rejected: 0, items: [] },
    });
    expect(many.headers.get('retry-after')).toBe('5');
    await eventually('an answer of /ready', async () =>
      expect(await ready()).toMatchObject({
        status: 503,
        body: { ready: false, checks: { postgres: 'away', redis: 'ok', keywords: 'ok' } },
      }),
    );
    expect(await served.api.ask('/health', { key: null })).toMatchObject({ status: 200 });
    await served.stack.proxies.postgres.pass();
    await eventually('an accepted document', async () =>
      expect((await send(one)).status).toBe(202),
    );
    expect(await deliver(served.api, body)).toMatchObject({ body: { outcome: 'stored' } });
    expect((await stored()).has(url)).toBe(true);
  });

  test('a body of lines that it ended in the middle of may be sent again whole', async () => {
    const list = Array.from({ length: 40 }, newPage);
    const line = (value: object) => Buffer.from(`${JSON.stringify(value)}\n`);
    async function* body() {
      for (const one of list.slice(0, 20)) yield line(one);
      await eventually('the first half', async () => {
        const urls = await stored();
        expect(list.slice(0, 20).every(({ url }) => urls.has(url))).toBe(true);
        await expectAllAnswered();
      });
      await served.stack.proxies.postgres.refuse();
      for (const one of list.slice(20)) yield line(one);
    }
    expect(
      await served.api.ask('/api/documents', { body: body(), type: 'application/x-ndjson' }),
    ).toMatchObject({ status: 503, body: { code: 'POSTGRES_UNREACHABLE', accepted: 20 } });
    await served.stack.proxies.postgres.pass();
    await eventually('all of them', async () => {
      const again = await send(list);
      expect(again).toMatchObject({ status: 202, body: { rejected: 0 } });
    });
    expect([...(await stored()).keys()]).toEqual(
      expect.arrayContaining(list.map(({ url }) => url)),
    );
  });

  test('so it is when its disk is full', async () => {
    const { pool } = served.stack.services;
    await pool.query(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN RAISE EXCEPTION 'No space left on device' USING ERRCODE = 'disk_full'; END $$;
      CREATE TRIGGER refuse BEFORE INSERT ON versions EXECUTE FUNCTION refuse();`);
    const one = newPage();
    const hook = newDelivery();
    try {
      const refused = await send(one);
      expect(refused).toMatchObject({ status: 503, body: { code: 'POSTGRES_ANSWER' } });
      expect(refused.headers.get('retry-after')).toBe('5');
      expect((await stored()).has(one.url)).toBe(false);
      const lost = await deliver(served.api, hook.body);
      expect(lost).toMatchObject({ status: 503, body: { code: 'POSTGRES_ANSWER' } });
      expect(lost.headers.get('retry-after')).toBe('5');
      const { rows } = await pool.query(
        'SELECT crawl_id FROM deliveries UNION SELECT id FROM crawls',
      );
      expect(rows).not.toContainEqual({ crawl_id: Object(hook.body)['id'] as string });
    } finally {
      await pool.query('DROP FUNCTION refuse CASCADE');
    }
    expect(await send(one)).toMatchObject({ status: 202 });
    expect(await deliver(served.api, hook.body)).toMatchObject({ body: { outcome: 'stored' } });
  });
});

describe('while Redis is away', () => {
  test.each(['refuse', 'silence'] as const)(
    '(%s) documents are accepted, and indexed when it is back',
    async (way) => {
      const list = [newPage(), newPage(), newPage()];
      await served.stack.proxies.redis[way]();
      expect(await send(list[0])).toMatchObject({ status: 202 });
      expect(await send(list.slice(1))).toMatchObject({ status: 202, body: { accepted: 2 } });
      const hook = newDelivery();
      expect(await deliver(served.api, hook.body)).toMatchObject({ status: 202 });
      const shown = await served.api.ask(`/api/documents/${documentIdOf(list[0]!.url)}`);
      expect(shown).toMatchObject({ status: 200, body: { state: 'pending' } });
      expect(shown.body).not.toHaveProperty('queue');
      await eventually('an answer of /ready', async () =>
        expect(await ready()).toMatchObject({
          status: 200,
          body: { ready: true, degraded: ['redis'] },
        }),
      );
      await served.stack.proxies.redis.pass();
      await eventually('indexed documents', async () => {
        const states = await stored();
        expect(list.map(({ url }) => states.get(url))).toEqual(list.map(() => 'indexed'));
        expect(states.get(hook.url)).toBe('indexed');
      });
    },
  );
});
