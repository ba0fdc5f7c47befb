import { randomUUID } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { documentIdOf } from '../../../worker/documents/document-id.ts';
import { keys } from '../../harness/api-process.ts';
import { change, deliver, notify } from '../../harness/hooks.ts';
import { serveApi } from '../../harness/served-api.ts';

const previous = 'the-key-that-signed-before';
const served = serveApi({
  environment: {
    WEBHOOK_SECRET_PREVIOUS: previous,
    WEBHOOK_HOOK_SIGNATURE: 'optional',
    WEBHOOK_TRUSTED_PROXIES: '127.0.0.1',
    WEBHOOK_HOOK_FROM: '127.0.0.1, 192.0.2.0/24, 2001:db8::/32',
  },
});

const newUrl = () => `https://watched.example/${randomUUID()}`;
const none = { accepted: 0, unchanged: 0, older: 0, failed: 0, rejected: 0 };
const textOf = async (url: string) =>
  (await served.stack.services.records.latest(documentIdOf(url)))?.page.text;
/** Everything that a delivery could leave behind. */
const leftBehind = async () => [
  await served.storedUrls(),
  (await served.stack.services.pool.query('SELECT key FROM deliveries ORDER BY key')).rows,
];

describe('a notification of changedetection.io', () => {
  test.each([
    ['X-Pulse-Token', { 'x-pulse-token': keys.hooks }],
    ['Authorization with Bearer', { authorization: `Bearer ${keys.hooks}` }],
    ['Authorization without', { authorization: keys.hooks }],
    ['a password', { authorization: `Basic ${Buffer.from(`x:${previous}`).toString('base64')}` }],
  ])('is stored, with the key as %s', async (_how, headers) => {
    const url = newUrl();
    const answer = await notify(served.api, change(url, 'New text'), headers);
    expect(answer).toMatchObject({
      status: 202,
      body: { outcome: 'stored', pages: { accepted: 1 } },
    });
    expect(await textOf(url)).toBe('New text');
    const again = await notify(served.api, { ...change(url, 'New text'), diff: 'more' }, headers);
    expect(again).toMatchObject({ status: 202, body: { outcome: 'duplicate' } });
  });

  test.each([
    ['none', {}],
    ['another', { 'x-pulse-token': 'another' }],
    ["the API's", { authorization: `Bearer ${keys.api}` }],
  ])('is refused with this key: %s', async (_which, headers) => {
    const before = await leftBehind();
    expect(await notify(served.api, change(newUrl(), 'x'), headers)).toMatchObject({
      status: 401,
      body: { code: 'WEBHOOK_SIGNATURE' },
    });
    expect(await leftBehind()).toEqual(before);
  });

  test('is refused without a key before its body has come', async () => {
    const answer = await served.api.exchange(
      'POST /api/webhook/changedetection HTTP/1.1\r\nHost: x\r\nConnection: close\r\n' +
        'Transfer-Encoding: chunked\r\n\r\n',
    );
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
  });

  test("comes in Apprise's envelope as well, and a test of it is ignored", async () => {
    const envelope = (body: object) => ({
      version: '1.0',
      title: 'Change',
      message: JSON.stringify(body),
      attachments: [],
      type: 'info',
    });
    const url = newUrl();
    expect(await notify(served.api, envelope(change(url, 'Enveloped')))).toMatchObject({
      body: { outcome: 'stored' },
    });
    expect(await textOf(url)).toBe('Enveloped');
    const sample = change('https://WATCH-PLACE-HOLDER/', 'x');
    expect(await notify(served.api, envelope(sample))).toMatchObject({
      status: 202,
      body: { outcome: 'ignored', pages: none },
    });
  });

  test('that comes late replaces no later change', async () => {
    const url = newUrl();
    await notify(served.api, change(url, 'later', '2026-11-26 12:00:00 CET'));
    expect(
      await notify(served.api, change(url, 'earlier', '2026-11-26 10:30:00 UTC')),
    ).toMatchObject({ body: { pages: { older: 1 } } });
    expect(await textOf(url)).toBe('later');
  });
});

describe('where a signature is optional', () => {
  const bodyOf = () => JSON.stringify({ type: 'crawl.started', id: randomUUID(), data: [] });
  const bearer = { authorization: `Bearer ${keys.hooks}` };

  test('a token is taken in its place, and beside a wrong one it is not', async () => {
    expect(await deliver(served.api, bodyOf(), bearer)).toMatchObject({ status: 202 });
    expect(await deliver(served.api, bodyOf())).toMatchObject({ status: 202 });
    const before = await leftBehind();
    const wrong = { ...bearer, 'x-firecrawl-signature': `sha256=${'0'.repeat(64)}` };
    for (const headers of [wrong, {}])
      expect(await deliver(served.api, bodyOf(), headers)).toMatchObject({ status: 401 });
    expect(await leftBehind()).toEqual(before);
  });
});

describe('where senders have to be of certain addresses', () => {
  test.each([
    ['192.0.2.7', 202],
    ['192.0.3.7', 403],
    ['2001:db8::7', 202],
    ['2001:db9::7', 403],
    ['192.0.3.7, 192.0.2.7', 202],
    ['192.0.2.7, 192.0.3.7', 403],
  ])('%s, as the proxy saw it, is answered with %i', async (address, status) => {
    const before = await leftBehind();
    const headers = { 'x-pulse-token': keys.hooks, 'x-forwarded-for': address };
    const answer = await notify(served.api, change(newUrl(), 'x'), headers);
    expect(answer.status).toBe(status);
    if (status === 202) return;
    expect(answer.body).toMatchObject({ code: 'WEBHOOK_SENDER' });
    expect(await leftBehind()).toEqual(before);
  });
});
