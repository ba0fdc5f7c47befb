import { randomUUID } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { documentIdOf } from '../../../worker/documents/document-id.ts';
import { keys } from '../../harness/api-process.ts';
import { eventually } from '../../harness/eventually.ts';
import { crawlEvent, crawlPage, deliver, record, signed } from '../../harness/hooks.ts';
import { mostReports } from '../../harness/minutes.ts';
import { serveApi } from '../../harness/served-api.ts';

const previous = 'the-key-that-signed-before';
const served = serveApi({ environment: { WEBHOOK_SECRET_PREVIOUS: previous } });

const newUrl = () => `https://hooks.example/${randomUUID()}`;
const none = { accepted: 0, unchanged: 0, older: 0, failed: 0, rejected: 0 };
const ask = async (statement: string, ...values: unknown[]) =>
  (await served.stack.services.pool.query<Record<string, unknown>>(statement, values)).rows;
/** Everything that a delivery could leave behind. */
const leftBehind = () =>
  ask(`SELECT (SELECT count(*) FROM documents)::int AS documents,
    (SELECT count(*) FROM versions)::int AS versions, (SELECT count(*) FROM crawls)::int AS crawls,
    (SELECT count(*) FROM crawl_pages)::int AS pages,
    (SELECT count(*) FROM deliveries)::int AS deliveries`);
const textOf = async (url: string) =>
  (await served.stack.services.records.latest(documentIdOf(url)))?.page.text;

describe('a delivery of Firecrawl', () => {
  test('is stored with its pages, crawl and what became of each, and enqueued', async () => {
    const [crawlId, url, gone] = [randomUUID(), newUrl(), newUrl()];
    const missing = { markdown: 'Not found', metadata: { sourceURL: gone, statusCode: 404 } };
    const body = crawlPage(crawlId, record(url, 'granite'), missing);
    expect(await deliver(served.api, body)).toMatchObject({
      status: 202,
      body: {
        deliveryId: body['webhookId'],
        outcome: 'stored',
        pages: { ...none, accepted: 1, rejected: 1 },
      },
    });
    expect(await textOf(url)).toBe('granite');
    const { body: shown } = await served.api.ask(`/api/documents/${documentIdOf(url)}`);
    expect(shown).toMatchObject({ source: 'firecrawl', crawlId });
    expect(
      await ask(
        'SELECT url, outcome, reason FROM crawl_pages WHERE crawl_id = $1 ORDER BY 2',
        crawlId,
      ),
    ).toEqual([
      { url, outcome: 'accepted', reason: null },
      { url: gone, outcome: 'rejected', reason: 'statusCode: the page answered 404' },
    ]);
    await eventually('a job', async () => {
      const { body: document } = await served.api.ask(`/api/documents/${documentIdOf(url)}`);
      expect(document['queue']).toMatchObject({ stage: 'indexing' });
    });
  });

  test('that comes again is a duplicate, and brings nothing back once its row has expired', async () => {
    const [crawlId, url] = [randomUUID(), newUrl()];
    const body = crawlPage(crawlId, record(url, 'old'));
    await deliver(served.api, body);
    expect(await deliver(served.api, body)).toMatchObject({
      status: 202,
      body: { outcome: 'duplicate', pages: none },
    });
    await deliver(served.api, crawlPage(randomUUID(), record(url, 'new')));
    await ask('DELETE FROM deliveries');
    expect(await deliver(served.api, body)).toMatchObject({
      status: 202,
      body: { outcome: 'stored', pages: { ...none, older: 1 } },
    });
    expect(await textOf(url)).toBe('new');
  });

  test('without a name of its own is known by its bytes', async () => {
    const { webhookId: _, ...body } = crawlPage(randomUUID(), record(newUrl(), 'granite'));
    const first = await deliver(served.api, body);
    expect(first.body['deliveryId']).toMatch(/^[0-9a-f]{64}$/);
    expect(await deliver(served.api, body)).toMatchObject({ body: { outcome: 'duplicate' } });
    expect(await deliver(served.api, `${JSON.stringify(body)}\n`)).toMatchObject({
      body: { outcome: 'stored', pages: { ...none, unchanged: 1 } },
    });
  });

  test('may come in any order: the end of a crawl, a page, its begin', async () => {
    const crawlId = randomUUID();
    const answers = [
      await deliver(served.api, crawlEvent(crawlId, 'batch_scrape.completed')),
      await deliver(served.api, {
        ...crawlPage(crawlId, record(newUrl(), 'late')),
        type: 'batch_scrape.page',
      }),
      await deliver(served.api, crawlEvent(crawlId, 'batch_scrape.started')),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
    expect(await ask('SELECT * FROM crawls WHERE id = $1', crawlId)).toMatchObject([
      { kind: 'batch-scrape', state: 'completed', reconciliation: 'waiting' },
    ]);
    expect(await ask('SELECT FROM crawl_pages WHERE crawl_id = $1', crawlId)).toHaveLength(1);
  });

  test('that tells of a failed page or crawl is noted, and replaces nothing', async () => {
    const [crawlId, url] = [randomUUID(), newUrl()];
    await deliver(served.api, crawlPage(crawlId, record(url, 'granite')));
    const other = randomUUID();
    const failed = {
      ...crawlPage(other, { metadata: { sourceURL: url } }),
      success: false,
      error: 'net::ERR_TIMED_OUT',
    };
    expect(await deliver(served.api, failed)).toMatchObject({
      status: 202,
      body: { outcome: 'stored', pages: { ...none, failed: 1 } },
    });
    expect(await textOf(url)).toBe('granite');
    expect(await ask('SELECT outcome, reason FROM crawl_pages WHERE crawl_id = $1', other)).toEqual(
      [{ outcome: 'failed', reason: 'net::ERR_TIMED_OUT' }],
    );
    await deliver(served.api, crawlEvent(crawlId, 'crawl.failed', { success: false, error: 'no' }));
    expect(await ask('SELECT state, reason FROM crawls WHERE id = $1', crawlId)).toEqual([
      { state: 'failed', reason: 'no' },
    ]);
  });

  test.each(['monitor.page', 'extract.completed', 'agent.action', 'crawl.paused', 'whatever'])(
    'of an event that is not of a crawl is ignored: %s',
    async (type) => {
      const [before] = await leftBehind();
      const body = crawlEvent(randomUUID(), type, { data: { url: newUrl(), markdown: 'x' } });
      expect(await deliver(served.api, body)).toMatchObject({
        status: 202,
        body: { outcome: 'ignored', pages: none },
      });
      const [after] = await leftBehind();
      expect(after).toEqual({ ...before, deliveries: Number(before?.['deliveries']) + 1 });
    },
  );

  test('is stored whole where a page of it has an address that no index holds', async () => {
    const url = newUrl();
    const noise = Array.from({ length: 200 }, () => randomUUID()).join('');
    const odd = `${newUrl()}?${noise}`;
    const body = crawlPage(randomUUID(), record(url, 'granite'), record(odd, 'x'));
    const text = JSON.stringify(body).replace('"markdown":', '"__proto__":{"x":1},"markdown":');
    expect(await deliver(served.api, text)).toMatchObject({
      status: 202,
      body: { outcome: 'stored', pages: { ...none, accepted: 1, rejected: 1 } },
    });
    expect(await textOf(url)).toBe('granite');
  });

  test('that is large is read beside the others, and whole', async () => {
    const pages = Array.from({ length: 40 }, (_, page) =>
      record(`${newUrl()}/${page}`, `Page ${page}. ${'granite '.repeat(1_000)}`),
    );
    expect(await deliver(served.api, crawlPage(randomUUID(), ...pages))).toMatchObject({
      status: 202,
      body: { pages: { ...none, accepted: 40 } },
    });
  });
});

describe('a delivery is refused before anything of it is stored:', () => {
  const body = JSON.stringify(crawlPage('never', record('https://never.example/', 'granite')));
  const [[name, right]] = Object.entries(signed(body)) as [[string, string]];
  const bearer = { authorization: `Bearer ${keys.hooks}` };
  const unauthorized = { status: 401, body: { code: 'WEBHOOK_SIGNATURE' } };

  test.each<[string, Record<string, string>]>([
    ['no signature', {}],
    ['no signature, and a right bearer', bearer],
    ['a wrong signature', { [name]: right.replace(/.$/, (last) => (last === '0' ? '1' : '0')) }],
    ['a wrong signature beside a right bearer', { ...signed(body, 'another'), ...bearer }],
    ['that of another body', signed(`${body} `)],
    ['one that is cut', { [name]: right.slice(0, -1) }],
    ['one that is too long', { [name]: `${right}0` }],
    ['one that is doubled', { [name]: `${right}, ${right}` }],
    ['an empty one', { [name]: '' }],
    ['one without its algorithm', { [name]: right.replace('sha256=', '') }],
    ['one of another algorithm', { [name]: right.replace('sha256', 'sha1') }],
    ["the API's own keys", { authorization: `Bearer ${keys.api}` }],
  ])('%s', async (_name, headers) => {
    const before = await leftBehind();
    const refused = await deliver(served.api, body, headers);
    expect(refused).toMatchObject(unauthorized);
    expect(refused.headers.get('www-authenticate')).toBe('Bearer');
    expect(await leftBehind()).toEqual(before);
  });

  test('a signature that comes in two headers', async () => {
    const before = await leftBehind();
    const answer = await served.api.exchange(
      `POST /api/webhook/firecrawl HTTP/1.1\r\nHost: x\r\nConnection: close\r\n` +
        `${name}: ${right}\r\n${name}: ${right}\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(await leftBehind()).toEqual(before);
  });

  test('20 MB, before the signature is looked at', async () => {
    const before = await leftBehind();
    const answer = await served.api.exchange(
      'POST /api/webhook/firecrawl HTTP/1.1\r\nHost: x\r\nContent-Length: 20000000\r\n' +
        'Connection: close\r\n\r\n{}',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    async function* endless() {
      for (let part = 0; part < 20; part += 1) yield Buffer.alloc(2 ** 20, 32);
    }
    const all = { key: null, body: endless(), headers: { [name]: right } };
    const sent = served.api.ask('/api/webhook/firecrawl', all);
    expect(await sent.then(({ status }) => status).catch(() => 413)).toBe(413);
    expect(await leftBehind()).toEqual(before);
  });

  test.each(['', `${name}: sha256=00\r\n`])(
    'a body that is still to come, where the headers have no signature: %j',
    async (header) => {
      const answer = await served.api.exchange(
        `POST /api/webhook/firecrawl HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${header}` +
          'Transfer-Encoding: chunked\r\n\r\n',
      );
      expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    },
  );

  test.each<[string, string | Uint8Array, object]>([
    ['broken JSON', body.slice(0, -1), { status: 400, body: { code: 'API_SYNTAX' } }],
    ['nothing', '', { status: 400, body: { code: 'API_SYNTAX' } }],
    [
      'broken UTF-8',
      Buffer.from(body.replace('granite', 'gr\u00e4nite'), 'latin1'),
      { status: 400, body: { code: 'API_SYNTAX' } },
    ],
    ['a list', '[]', { status: 422, body: { code: 'WEBHOOK_PAYLOAD' } }],
    ['no type', '{"id":"never"}', { status: 422, body: { code: 'WEBHOOK_PAYLOAD' } }],
    [
      'no crawl',
      '{"type":"crawl.page","data":[]}',
      { status: 422, body: { code: 'WEBHOOK_PAYLOAD', detail: 'id: is missing' } },
    ],
  ])('%s, with a right signature', async (_name, bytes, expected) => {
    const before = await leftBehind();
    expect(await deliver(served.api, bytes)).toMatchObject(expected);
    expect(await leftBehind()).toEqual(before);
  });

  test('and the log says so, once a minute, without a key', async () => {
    await deliver(served.api, body, { [name]: 'sha256=wrong', ...bearer });
    const lines = await eventually('a line of the log', () => {
      const found = served.api.lines.filter(({ msg }) => msg === 'a delivery was refused');
      expect(found.map(({ code }) => code)).toContain('WEBHOOK_SIGNATURE');
      return found;
    });
    const refusals = lines.filter(({ code }) => code === 'WEBHOOK_SIGNATURE');
    expect(refusals.length).toBeLessThanOrEqual(await mostReports(served.api, refusals.at(-1)));
    for (const line of served.api.lines)
      for (const key of Object.values(keys)) expect(JSON.stringify(line)).not.toContain(key);
  });
});

describe('keys of deliveries', () => {
  test('the previous one signs as well, in capitals too', async () => {
    const body = JSON.stringify(crawlPage(randomUUID(), record(newUrl(), 'granite')));
    const headers = Object.entries(signed(body, previous)).map(([name, value]) => [
      name,
      value.replace(/=.*/, (hex) => hex.toUpperCase()),
    ]);
    expect(await deliver(served.api, body, Object.fromEntries(headers))).toMatchObject({
      status: 202,
    });
    await eventually('a line of the log', () =>
      expect(served.api.lines).toContainEqual(
        expect.objectContaining({ key: 'webhookSecretPrevious', client: '127.0.0.1' }),
      ),
    );
  });

  test('open nothing else', async () => {
    expect(await served.api.ask('/api/documents', { key: keys.hooks })).toMatchObject({
      status: 401,
    });
  });
});
