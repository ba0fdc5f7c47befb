import type { Browser, BrowserContext, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { keys } from '../../harness/api-process.ts';
import {
  expectKeyboardToReachAll,
  expectToFit,
  findBarriers,
  openWatched,
} from '../../harness/browser-page.ts';
import { openChromium } from '../../harness/chromium.ts';
import { hasDebianPrograms } from '../../harness/debian-program.ts';
import { eventually } from '../../harness/eventually.ts';
import { storeSamples, vanishPage } from '../../harness/page-samples.ts';
import type { Samples } from '../../harness/page-samples.ts';
import { serveApi } from '../../harness/served-api.ts';

/** On the wire, of one screen; its files are kept by the browser. */
const mostBytes = 60 * 1024;
const readers = { operator: keys.api, 'read only': keys.search } as const;
type Reader = keyof typeof readers;
type Session = Awaited<ReturnType<BrowserContext['storageState']>>;

const screensOf = ({ documentId, failedId, hostileId, crawlId }: Samples): string[] => [
  '/',
  '/?q=granite&limit=30',
  '/?q=alert+script&mode=keyword&language=en',
  '/?q=granite&language=klingon',
  '/documents',
  '/documents?state=failed&host=docs.example.org',
  `/documents/${documentId}`,
  `/documents/${failedId}`,
  `/documents/${hostileId}`,
  '/documents/00000000-0000-5000-8000-000000000000',
  '/crawls',
  `/crawls/${crawlId}`,
  `/crawls/${crawlId}/prune`,
  '/queue',
  '/queue/jobs?state=failed',
  '/status',
  '/runbook/PulseWorkerCrashLoop',
];

describe.runIf(hasDebianPrograms)('in Chromium', () => {
  const served = serveApi({ withWorker: true });
  let browser: Browser;
  let samples: Samples;
  const sessions: Partial<Record<Reader, Promise<Session>>> = {};
  beforeAll(async () => {
    [browser, samples] = await Promise.all([
      openChromium(),
      storeSamples(served.stack, served.api),
    ]);
    await eventually('a first look at the stack', async () => {
      expect((await served.api.ask('/api/status')).status).toBe(200);
    });
  });
  afterAll(() => browser.close());

  /** By the keyboard, once for each reader: five log-ins in a minute are the most. */
  async function logIn(reader: Reader): Promise<Session> {
    const context = await browser.newContext();
    const { page } = await openWatched(context, served.api.url);
    await page.goto(`${served.api.url}/status`);
    expect(new URL(page.url()).pathname).toBe('/login');
    // The browser puts the cursor there some time after the page is loaded.
    await page.locator('#key:focus').waitFor();
    await page.keyboard.type(readers[reader]);
    await page.keyboard.press('Enter');
    await page.waitForURL('**/status');
    const session = await context.storageState();
    await context.close();
    return session;
  }

  async function openAs(reader: Reader, options: BrowserContextOptions = {}) {
    const storageState = await (sessions[reader] ??= logIn(reader));
    const context = await browser.newContext({ ...options, storageState });
    return { context, ...(await openWatched(context, served.api.url)) };
  }

  test.each([
    { reader: 'operator', javaScriptEnabled: true },
    { reader: 'operator', javaScriptEnabled: false },
    { reader: 'read only', javaScriptEnabled: true },
    { reader: 'read only', javaScriptEnabled: false },
  ] as const)(
    'every screen is whole for a reader who is $reader, with scripts: $javaScriptEnabled',
    async ({ reader, javaScriptEnabled }) => {
      const options = { javaScriptEnabled, timezoneId: 'Asia/Tokyo' };
      const { context, page, takeFaults } = await openAs(reader, options);
      for (const path of screensOf(samples)) {
        await page.emulateMedia({ colorScheme: 'light' });
        const answer = await page.goto(`${served.api.url}${path}`);
        expect((await answer?.body())?.length).toBeLessThan(mostBytes);
        expect(await page.locator('h1').count()).toBe(1);
        await expectToFit(page, path);
        // Axe is a script; without scripts the screen is the same one.
        if (javaScriptEnabled) {
          expect({ path, found: await findBarriers(page) }).toEqual({ path, found: [] });
          await page.emulateMedia({ colorScheme: 'dark' });
          expect(await findBarriers(page, ['color-contrast'])).toEqual([]);
        }
        const forms = await page.locator('form[method=post]:not([action="/logout"])').count();
        if (reader === 'read only') expect({ path, forms }).toEqual({ path, forms: 0 });
        const zone = javaScriptEnabled ? /\d\d:\d\d:\d\d$/ : /UTC$/;
        expect(await page.locator('time').last().textContent()).toMatch(zone);
        expect({ path, faults: takeFaults() }).toEqual({ path, faults: [] });
      }
      await context.close();
    },
  );

  test('the keyboard reaches everything that can be used', async () => {
    const { context, page } = await openAs('operator');
    for (const path of screensOf(samples)) {
      await page.goto(`${served.api.url}${path}`);
      await expectKeyboardToReachAll(page, path);
    }
    await context.close();
  });

  test('an operator retries, indexes again and deletes by the keyboard alone', async () => {
    const { context, page, takeFaults } = await openAs('operator');
    /** @param done what the address of the next screen says, and that of this one does not */
    const press = async (name: string, done: string): Promise<void> => {
      await page.getByRole('button', { name }).focus();
      await page.keyboard.press('Enter');
      await page.waitForURL(`**?done=${done}`);
      await page.getByRole('status').first().waitFor();
    };
    await page.goto(`${served.api.url}/queue`);
    await press('Pause', 'paused');
    await press('Resume', 'resumed');
    await page.goto(`${served.api.url}/documents/${samples.failedId}`);
    await press('Retry', 'retried');
    await press('Index again', 'reindexed');
    await page.getByText('Delete', { exact: true }).focus();
    await page.keyboard.press('Enter');
    await press('Delete this document', 'deleted');
    const gone = await served.api.ask(`/api/documents/${samples.failedId}`);
    expect(gone.status).toBe(404);
    expect(takeFaults()).toEqual([]);
    await context.close();
  });

  test('an operator verifies the stack, and deletes what a crawl has not seen after a look', async () => {
    const { context, page, takeFaults } = await openAs('operator', { javaScriptEnabled: false });
    await page.goto(`${served.api.url}/status`);
    await page.getByRole('button', { name: 'Verify now' }).click();
    await page.waitForURL('**/status?done=verified');
    expect(await page.locator('#canary + p').textContent()).toContain('found both ways');
    const vanished = await vanishPage(served.stack, samples.crawlId);
    await page.goto(`${served.api.url}/crawls/${samples.crawlId}`);
    await page.getByRole('link', { name: 'Pages that have vanished' }).click();
    expect(await page.locator('main').textContent()).toContain(vanished.url);
    await page.getByRole('button', { name: 'Delete 1 document', exact: true }).click();
    await page.waitForURL('**?done=pruned');
    expect((await served.api.ask(`/api/documents/${vanished.id}`)).status).toBe(404);
    expect(takeFaults()).toEqual([]);
    await context.close();
  });

  test('what is typed is searched without a new page, and the address keeps up', async () => {
    const { context, page, takeFaults } = await openAs('read only');
    await page.goto(served.api.url);
    await page.evaluate('window.isSame = true');
    await page.keyboard.press('/');
    await page.keyboard.type('granite');
    // Keys that come slowly are searched for as far as they have come.
    await page.waitForURL(({ searchParams }) => searchParams.get('q') === 'granite');
    await page.locator('ol.results mark').first().waitFor();
    expect(await page.locator('#count').textContent()).toMatch(/document/);
    expect(await page.evaluate('[window.isSame, document.activeElement.id]')).toEqual([true, 'q']);
    expect(takeFaults()).toEqual([]);
    await context.close();
  });

  test('a screen that is open says what is away, and recovers by itself', async () => {
    const { context, page, takeFaults } = await openAs('read only');
    await page.goto(`${served.api.url}/queue`);
    await served.stack.proxies.redis.refuse();
    await page.getByText('This does not work now').waitFor();
    await served.stack.proxies.redis.pass();
    await page.getByRole('table', { name: 'Documents of each queue' }).waitFor();
    expect(takeFaults()).toEqual([]);
    await context.close();
  });

  test('a screen that is open follows what happens, and leaves open what was opened', async () => {
    const { context, page, takeFaults } = await openAs('operator');
    await page.goto(`${served.api.url}/queue`);
    await page.getByText(/^Limit of jobs/).click();
    await served.api.ask('/api/queue/pause', { method: 'POST' });
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    expect(await page.locator('#limit').isVisible()).toBe(true);
    await served.api.ask('/api/queue/resume', { method: 'POST' });
    expect(takeFaults()).toEqual([]);
    await context.close();
  });
});
