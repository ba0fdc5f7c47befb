/**
 * `npm run screenshots`: takes the screenshots of README.md, of the pages of samples/ in stores of
 * its own.
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { keys } from '../harness/api-process.ts';
import { openChromium } from '../harness/chromium.ts';
import { eventually } from '../harness/eventually.ts';
import { storePages } from '../harness/page-samples.ts';
import { openStores } from '../harness/stores.ts';
import { openTestStack } from '../harness/test-stack.ts';
import { digestFile, digestTemplates, imageFolder } from './templates.ts';

/** What each shows where all goes well; on a busy machine something is late now and then. */
const images = {
  search: { path: '/?q=write-ahead+log', isGood: '#found:has(.results):not(:has(.notice))' },
  status: { path: '/status', isGood: '.notice.good' },
};
const viewport = { width: 1_080, height: 780 };

await using stores = await openStores({ durable: false });
await using stack = await openTestStack({ stores: stores.addresses });
const [api] = await Promise.all([
  // The TEI of the tests is no Ollama.
  stack.api({ WEBHOOK_OLLAMA_URL: undefined as never }),
  stack.worker({ WEBHOOK_WORKER_NAME: 'pulse_webhook-worker-1' }),
]);
await storePages(stack, api);
await api.ask('/api/verify', { body: {} });
await eventually('a look at the stack after the canary', async () => {
  const { body } = await api.ask('/api/status');
  return (body['canary'] as { found: unknown } | null)?.found !== null;
});
const browser = await openChromium();
try {
  const context = await browser.newContext({ viewport, timezoneId: 'UTC', colorScheme: 'light' });
  const page = await context.newPage();
  await page.goto(`${api.url}/login`);
  await page.locator('#key').fill(keys.api);
  await page.keyboard.press('Enter');
  await page.waitForURL(`${api.url}/`);
  for (const [name, { path, isGood }] of Object.entries(images)) {
    await eventually(`a good look at ${name}`, async () => {
      await page.goto(`${api.url}${path}`);
      return page.locator(isGood).isVisible();
    });
    await page.screenshot({ path: join(imageFolder, `page-${name}.png`) });
  }
  await writeFile(digestFile, `${digestTemplates()}\n`);
} finally {
  await browser.close();
}
