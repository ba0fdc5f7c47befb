/** What the tests of the page, and its screenshots, look at. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { documentIdOf } from '../../worker/documents/document-id.ts';
import type { ApiProcess } from './api-process.ts';
import { deliverCrawl } from './crawls.ts';
import { eventually } from './eventually.ts';
import type { TestStack } from './test-stack.ts';

/** Texts that a page which does not escape would run, follow or be turned round by. */
const hostile = {
  url: 'https://hostile.example/%22%3E%3Cscript%3E?a=%27%22%3Cb%3E&c=javascript:alert(1)',
  title: '<script>document.title="run"</script>"\'><img src=x onerror=alert(1)>\u202Egnirts',
  description: 'javascript:alert(1) <a href="javascript:alert(1)">&amp;</a>',
  source: '"><b hx-get="/documents" hx-trigger="load">',
  markdown:
    `# <script>alert("heading")</script> \u202Eback\n\n<b onclick="alert(1)">granite</b> ` +
    `{{ 1 }} \${1} ${'x'.repeat(10_000)}\n\n[granite](javascript:alert(1))`,
};
const hostileReason = `<script>alert(1)</script> javascript:alert(1) \u202E ${'y'.repeat(3_000)}`;

const folder = join(import.meta.dirname, '../../samples');

export interface Samples {
  readonly documentId: string;
  readonly failedId: string;
  readonly hostileId: string;
  readonly crawlId: string;
}

/** The pages of samples/. */
const samplePages = readdirSync(folder).map((name) => {
  const [, head = '', markdown = ''] =
    /^---\n(.*?)\n---\n(.*)$/s.exec(readFileSync(join(folder, name), 'utf8')) ?? [];
  const title = /^title: "?(.*?)"?$/m.exec(head)?.[1] ?? name;
  const url = `https://docs.example.org/${name.replace(/\.md$/, '')}`;
  return { url, title, language: 'en', markdown };
});

/** Stores the pages of samples/ and others, and waits until they are indexed. */
export async function storePages(
  { services: { pool } }: TestStack,
  api: ApiProcess,
  more: readonly object[] = [],
): Promise<void> {
  await api.ask('/api/documents', { body: [...samplePages, ...more] });
  await eventually('documents that are indexed', async () => {
    const { rows } = await pool.query("SELECT FROM versions WHERE state = 'pending'");
    return rows.length === 0;
  });
}

/** Stores the pages of samples/, one that is hostile and one that failed, and a crawl. */
export async function storeSamples(stack: TestStack, api: ApiProcess): Promise<Samples> {
  const { pool } = stack.services;
  const failed = { url: 'https://docs.example.org/failed', title: 'A page that failed' };
  const crawlId = await deliverCrawl(
    pool,
    ['', 'a', 'c', 'd', 'b/lost'].map((path) => `https://crawled.example/${path}`),
    { end: { state: 'completed', reason: null } },
  );
  await storePages(stack, api, [hostile, { ...failed, markdown: 'It failed.' }]);
  const failedId = documentIdOf(failed.url);
  await fail(pool, failedId);
  return {
    documentId: documentIdOf(samplePages[0]?.url ?? ''),
    failedId,
    hostileId: documentIdOf(hostile.url),
    crawlId,
  };
}

/** Makes it look as a document that failed, for a reason that another program gave. */
async function fail(pool: TestStack['services']['pool'], id: string): Promise<void> {
  await pool.query(
    `UPDATE versions SET state = 'failed', code = 'TEI_DIMENSION', reason = $2, vectors_at = NULL
     WHERE document_id = $1`,
    [id, hostileReason],
  );
}

/**
 * Makes the crawl a complete one of a site that had one page more before it.
 *
 * @returns that page
 */
export async function vanishPage(
  { services: { pool }, intake }: TestStack,
  crawlId: string,
): Promise<{ readonly id: string; readonly url: string }> {
  const url = 'https://crawled.example/vanished';
  await intake.submit({ url, markdown: 'It was here.' });
  const id = documentIdOf(url);
  await pool.query(
    `UPDATE versions SET created_at = created_at - interval '1 day' WHERE document_id = $1`,
    [id],
  );
  await pool.query("UPDATE crawls SET reconciliation = 'complete', missing = 0 WHERE id = $1", [
    crawlId,
  ]);
  return { id, url };
}
