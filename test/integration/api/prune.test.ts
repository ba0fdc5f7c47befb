import { randomUUID } from 'node:crypto';

import { describe, expect, test } from 'vitest';

import { documentIdOf } from '../../../worker/documents/document-id.ts';
import type { CrawlEnd } from '../../../worker/records/crawl-pages.ts';
import { runCommandLine } from '../../harness/command-line.ts';
import { deliverCrawl } from '../../harness/crawls.ts';
import { serveApi } from '../../harness/served-api.ts';

const served = serveApi();

const query = (statement: string, ...values: unknown[]) =>
  served.stack.services.pool.query(statement, values);
const completed: CrawlEnd = { state: 'completed', reason: null };
const newHost = () => `${randomUUID()}.example`;
const deliver = (urls: readonly string[], more?: { end?: CrawlEnd }) =>
  deliverCrawl(served.stack.services.pool, urls, more);
const makeComplete = (id: string) =>
  query("UPDATE crawls SET reconciliation = 'complete', missing = 0 WHERE id = $1", id);

describe('a prune', () => {
  /** A site of ten pages, seen by one crawl, and by a second one without these. */
  async function crawlTwice(gone: number, end = completed) {
    const host = newHost();
    const urls = Array.from({ length: 10 }, (_, page) => `https://${host}/${page}`);
    await deliver(urls, { end });
    await query("UPDATE crawls SET started_at = started_at - interval '1 day'");
    await query("UPDATE versions SET created_at = created_at - interval '1 hour'");
    await query("UPDATE documents SET crawl_started_at = crawl_started_at - interval '1 hour'");
    const id = await deliver(urls.slice(gone), { end });
    return { id, host, urls };
  }
  const prune = (id: string, confirm: number) =>
    served.api.ask(`/api/crawls/${id}/prune`, { body: { confirm } });

  test('deletes what the crawl has not seen, once the number is confirmed', async () => {
    const { id, host, urls } = await crawlTwice(2);
    const later = `https://${host}/later`;
    await served.stack.intake.submit({ url: later, markdown: 'Basalt.' });
    expect(await prune(id, 2)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('reconciliation is waiting') },
    });
    await makeComplete(id);
    expect(await prune(id, 3)).toMatchObject({
      status: 409,
      body: {
        code: 'API_CONFLICT',
        count: 2,
        hosts: [{ host, documents: 11, unseen: 2 }],
        urls: urls.slice(0, 2),
      },
    });
    expect(await prune(id, 2)).toMatchObject({ status: 202, body: { id, documents: 2 } });
    expect(await served.api.logged(({ crawl }) => crawl === id)).toMatchObject({
      msg: 'a crawl was pruned',
      documents: 2,
      key: 'apiSecret',
      requestId: expect.any(String),
    });
    const ids = urls.map(documentIdOf);
    const left = await served.stack.services.records.urlsOf([...ids, documentIdOf(later)]);
    expect([...left.values()].sort()).toEqual([...urls.slice(2), later]);
    expect(await served.stack.services.removals.count(ids)).toBe(2);
    expect(await prune(id, 0)).toMatchObject({ status: 202, body: { documents: 0 } });
  });

  test('of more than 30 % of a host is refused, whatever is confirmed', async () => {
    const { id } = await crawlTwice(4);
    await makeComplete(id);
    expect(await prune(id, 4)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('more than 30 %'), count: 4 },
    });
  });

  test('is refused of a crawl that has not come to its end, or ended long ago', async () => {
    const { id } = await crawlTwice(1, { state: 'cancelled', reason: null });
    await makeComplete(id);
    expect((await prune(id, 1)).body['detail']).toContain('it is cancelled');
    await query(
      `UPDATE crawls SET state = 'completed', ended_at = now() - interval '8 days' WHERE id = $1`,
      id,
    );
    expect((await prune(id, 1)).body['detail']).toContain('more than 7 days ago');
    await query("UPDATE crawls SET kind = 'batch-scrape' WHERE id = $1", id);
    expect((await prune(id, 1)).body['detail']).toContain('list of addresses');
  });

  test('and everything else of crawls is done on the command line as well', async () => {
    const { id, host } = await crawlTwice(1);
    await makeComplete(id);
    const run = (...words: string[]) =>
      runCommandLine(served.stack.directEnv, ['crawls', ...words]);
    const [listed, shown, asked, refused] = await Promise.all([
      run('--json', '--limit', '1'),
      run('show', id),
      run('reconcile', id),
      run('prune', id),
    ]);
    expect(listed.json).toMatchObject({ crawls: [{ id, pages: { seen: 9 } }], isAll: false });
    expect(shown.stdout).toMatch(/pages +9 of \?, 0 missing/);
    expect(asked).toMatchObject({ code: 1, stdout: expect.stringContaining('firecrawlUrl') });
    expect(refused).toMatchObject({
      code: 1,
      stdout: expect.stringContaining(`https://${host}/0`),
    });
    expect(await run('prune', id, '--confirm', '1', '--json')).toMatchObject({
      code: 0,
      json: { outcome: 'pruned', documents: 1 },
    });
    const env = { ...served.stack.directEnv, WEBHOOK_FIRECRAWL_API_URL: 'http://127.0.0.1:9' };
    expect((await runCommandLine(env, ['crawls', 'reconcile', id])).code).toBe(0);
  });
});
