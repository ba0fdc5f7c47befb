import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import {
  changedetectionBody,
  changedetectionFormat,
  changedetectionUrl,
  hookPath,
} from '../../shared/senders.ts';
import { documentIdOf } from '../../worker/documents/document-id.ts';
import { keys } from '../harness/api-process.ts';
import { eventually } from '../harness/eventually.ts';
import { hasPython, pythonIn } from '../harness/python-packages.ts';
import { Changedetection } from '../harness/senders/changedetection.ts';
import type { Watch } from '../harness/senders/changedetection.ts';
import { installSenders } from '../harness/senders/install.ts';
import { serveApi } from '../harness/served-api.ts';

const execute = promisify(execFile);
const served = serveApi();

/** A site whose pages a test changes. */
const texts = new Map<string, string>();
const site = createServer(({ url = '' }, answer) =>
  answer
    .writeHead(200, { 'content-type': 'text/html; charset=utf-8' })
    .end(`<!doctype html><title>Page ${url}</title><p>${texts.get(url) ?? 'empty'}</p>`),
);
let origin: string;
const hook = (scheme: 'post' | 'json', token = keys.hooks) =>
  changedetectionUrl(`${served.api.url}${hookPath('changedetection')}`, token).replace(
    /^post/,
    scheme,
  );
const watchOf = (path: string, notificationUrl: string): Watch => ({
  url: origin + path,
  notification_urls: [notificationUrl],
  notification_body: changedetectionBody,
  notification_format: changedetectionFormat,
});
const textOf = async (url: string) =>
  (await served.stack.services.records.latest(documentIdOf(url)))?.page.text;
const countDeliveries = async (outcome: string) => {
  const { rows } = await served.stack.services.pool.query<{ count: number }>(
    "SELECT count(*)::int FROM deliveries WHERE source = 'changedetection' AND outcome = $1",
    [outcome],
  );
  return rows[0]?.count;
};

beforeAll(async () => {
  await once(site.listen(0, '127.0.0.1'), 'listening');
  origin = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
});
afterAll(() => void site.close());

describe.skipIf(!hasPython)('changedetection.io 0.60.10', () => {
  const paths = { post: '/by-post', json: '/by-json', stranger: '/with-a-wrong-token' };
  let sender: Changedetection;
  let watches: ReadonlyMap<string, string>;
  const idOf = (path: string) => watches.get(origin + path) ?? '';

  beforeAll(async () => {
    for (const path of Object.values(paths)) texts.set(path, 'Before: "basalt".');
    sender = await Changedetection.start([
      watchOf(paths.post, hook('post')),
      watchOf(paths.json, hook('json')),
      watchOf(paths.stranger, hook('post', 'not-the-token')),
    ]);
    watches = await sender.list();
    for (const path of Object.values(paths))
      await eventually(
        `a first look at ${path}`,
        async () => (await sender.countSnapshots(idOf(path))) === 1,
      );
  });
  afterAll(() => sender[Symbol.asyncDispose]());

  /** Changes a page and has it looked at. */
  const change = async (path: string, text: string) => {
    const before = await sender.countSnapshots(idOf(path));
    texts.set(path, text);
    await sender.recheck(idOf(path));
    await eventually(
      'a change that was seen',
      async () => (await sender.countSnapshots(idOf(path))) > before,
    );
  };

  test.each([
    ['post', paths.post],
    ['json, in the envelope of Apprise', paths.json],
  ] as const)('brings a changed page as it is told in the documentation (%s)', async (_, path) => {
    const text = 'After: "obsidian" \\ &amp; a &lt;tag&gt;, ümläut, 漢字 \u{1F600} and 100%.';
    await change(path, text);
    await eventually('the changed page', async () =>
      expect(await textOf(origin + path)).toBe(
        'After: "obsidian" \\ & a <tag>, ümläut, 漢字 \u{1F600} and 100%.',
      ),
    );
    await change(path, 'Later: granite.');
    await eventually('the page changed again', async () =>
      expect(await textOf(origin + path)).toBe('Later: granite.'),
    );
    const { body } = await served.api.ask(`/api/documents/${documentIdOf(origin + path)}`);
    expect(body).toMatchObject({ source: 'changedetection', versions: 2 });
  });

  test('says when a page changed with the offset of its clock', async () => {
    expect(served.api.lines.filter(({ msg }) => msg.includes('without the time'))).toEqual([]);
  });

  test('is ignored when a person only tries the notification', async () => {
    const path = paths.stranger;
    const [before, urls] = [await countDeliveries('ignored'), await served.storedUrls()];
    for (const scheme of ['post', 'json'] as const)
      expect(await sender.sendTest(idOf(path), watchOf(path, hook(scheme)))).toMatch(/^OK/);
    await eventually('both tries', async () => (await countDeliveries('ignored')) === before! + 2);
    expect(await served.storedUrls()).toEqual(urls);
  });

  test('stores nothing with a token that is not ours', async () => {
    const refusals = () =>
      served.api.lines.filter(({ code }) => code === 'WEBHOOK_SIGNATURE').length;
    await change(paths.stranger, 'Should not come in.');
    await eventually('a refusal', () => refusals() > 0);
    expect(await textOf(origin + paths.stranger)).toBeUndefined();
  });
});

test.skipIf(!hasPython)('apprise brings the same by its command line', async () => {
  const environment = await installSenders();
  const url = 'https://apprise.example/page';
  const body = JSON.stringify({
    watch_uuid: '0192f0a0-5e0e-7c1c-9a0a-6f6f6f6f6f6f',
    watch_url: url,
    watch_title: 'A page',
    change_datetime: '2026-11-26T10:00:00+0100',
    current_snapshot: 'First line.\nSecond: "marble" & <b>.',
  });
  const apprise = join(environment, 'bin/apprise');
  await execute(pythonIn(environment), [
    apprise,
    '--title',
    'Changed',
    '--body',
    body,
    hook('json'),
  ]);
  expect(await textOf(url)).toBe('First line.\nSecond: "marble" & <b>.');
});
