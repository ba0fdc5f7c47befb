import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { documentIdOf } from '../../../worker/documents/document-id.ts';
import { AnswerCheck } from '../../harness/answer-check.ts';
import { buildApi } from '../../harness/api-document.ts';
import { keys } from '../../harness/api-process.ts';
import { deliverCrawl, deliverUnseen } from '../../harness/crawls.ts';
import { eventually } from '../../harness/eventually.ts';
import { page } from '../../harness/pages.ts';
import { formatRequest, listRoutes } from '../../harness/routes-page.ts';
import type { Route } from '../../harness/routes-page.ts';
import { serveApi } from '../../harness/served-api.ts';

const execute = promisify(execFile);
const { document } = await buildApi();
const routes = listRoutes(document);
const check = await AnswerCheck.open();

const served = serveApi({
  withWorker: true,
  environment: { WEBHOOK_FIRECRAWL_API_URL: 'http://127.0.0.1:9' },
});
const query = (statement: string, ...values: unknown[]) =>
  served.stack.services.pool.query(statement, values);

let crawl: string;
let unseenBy: string;
/** Of curl: without progress, and with the status on a last line. */
let curlHome: string;
beforeAll(async () => {
  unseenBy = await deliverUnseen(served.stack.services.pool);
  crawl = await deliverCrawl(served.stack.services.pool, ['https://docs.example.org/seen']);
  curlHome = await mkdtemp(join(tmpdir(), 'pulse-curl-'));
  await writeFile(
    join(curlHome, '.curlrc'),
    'silent\nwrite-out = "\\n%{http_code} %{content_type}"',
  );
  await eventually('an index that a worker made', async () =>
    expect(await served.api.ask('/api/search?q=granite')).toMatchObject({ status: 200 }),
  );
});
afterAll(() => rm(curlHome, { recursive: true }));

let pages = 0;
/** @returns the id of what the example is about */
async function prepare({ path }: Route): Promise<string> {
  if (path.endsWith('/prune')) return unseenBy;
  if (path.startsWith('/api/crawls')) return crawl;
  const one = page((pages += 1));
  const id = documentIdOf(one.url);
  await served.api.ask('/api/documents', { body: one });
  if (path.endsWith('/retry'))
    await query("UPDATE versions SET state = 'cancelled' WHERE document_id = $1", id);
  return id;
}

/**
 * @returns what curl wrote, in its parts
 * @throws when a store was not there in time: then the request is to be sent again
 */
async function sendOnce(request: string, env: NodeJS.ProcessEnv): Promise<string[]> {
  const { stdout } = await execute('sh', ['-c', request], { env });
  const parts = /^([^]*)\n(\d+) (.*)$/.exec(stdout) ?? [];
  if (parts[2] === '503') throw new Error(stdout);
  return parts;
}

describe('the example of', () => {
  test.each(routes)('$method $path is answered as docs/api-routes.md says', async (route) => {
    const env = {
      PATH: process.env['PATH'],
      CURL_HOME: curlHome,
      api: served.api.url,
      key: `Authorization: Bearer ${keys.api}`,
      secret: keys.hooks,
      id: await prepare(route),
    };
    const [, text = '', status = '', type = ''] = await eventually('an answer in time', () =>
      sendOnce(formatRequest(route), env),
    );
    const { method, path, operation } = route;
    const isJson = type.includes('json');
    const body: unknown = isJson ? JSON.parse(text) : text;
    check.check({ method, path, status: Number(status), type, body });
    const [expected] = Object.entries(operation.responses)
      .filter(([, { content }]) => Object.values(content).some((one) => 'example' in one))
      .map(([of]) => of);
    expect({ status, text }).toMatchObject({ status: expected });
  });
});

test('every answer that docs/api-routes.md shows is one that its schema allows', () => {
  const shown = routes.flatMap(({ method, path, operation }) =>
    Object.entries(operation.responses).flatMap(([status, { content }]) =>
      Object.entries(content)
        .filter(([, { example }]) => example !== undefined)
        .map(([type, { example: body }]) => ({ method, path, status: Number(status), type, body })),
    ),
  );
  expect(shown.length).toBe(routes.length);
  expect(shown.map((answer) => check.findFault(answer)).filter(Boolean)).toEqual([]);
});
