import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { oldRoutes } from '../../../worker/api/old-routes.ts';
import { serveApi } from '../../harness/served-api.ts';

const page = await readFile(join(import.meta.dirname, '../../../docs/migration.md'), 'utf8');
/** The table of docs/migration.md. */
const documented = [...page.matchAll(/^\| `([A-Z]+) (\/\S*)`[^|]*\| ([^|]*?) +\|$/gm)].map(
  ([, method = '', path = '', now = '']) => ({ method, path, now }),
);
const kept = documented.filter(({ now }) => now.startsWith('the same'));
const gone = documented.filter(({ now }) => !now.startsWith('the same'));

const served = serveApi();
const ask = ({ method, path }: { method: string; path: string }) =>
  served.api.ask(path.replaceAll(/:\w+/g, '7'), { method, key: null });

describe('of the deployment that Pulse replaces', () => {
  test.each(gone)(
    '$method $path is gone, and the answer names what docs/migration.md does',
    async (route) => {
      const { status, body } = await ask(route);
      expect({ status, ...body }).toMatchObject({
        status: 410,
        code: 'API_GONE',
        detail: route.now,
      });
    },
  );

  test('every address is in docs/migration.md', () => {
    const fits = (path: string, pattern: string) =>
      pattern.endsWith('/*') ? path.startsWith(pattern.slice(0, -1)) : path === pattern;
    const missing = oldRoutes.filter(
      (old) => !gone.some(({ path }) => fits(path.replaceAll(/:\w+/g, '7'), old.path)),
    );
    expect(missing).toEqual([]);
  });

  test('every successor is a route that there is', async () => {
    const successors = gone.flatMap(({ now }) =>
      [...now.matchAll(/\b(GET|POST) (\/[\w/:]+)/g)].map(([, method = '', path = '']) => ({
        method,
        path,
      })),
    );
    expect(successors.length).toBeGreaterThan(10);
    for (const successor of successors) expect([200, 401]).toContain((await ask(successor)).status);
  });

  test('further addresses of what is gone are gone too, whatever the method', async () => {
    for (const [method, path] of [
      ['DELETE', '/v2/crawl/7'],
      ['POST', '/v2/batch/scrape'],
      ['GET', '/v2/team/credit-usage'],
      ['OPTIONS', '/api/index'],
      ['GET', '/api/content/7?fields=html'],
    ] as const)
      expect(await ask({ method, path })).toMatchObject({ status: 410 });
    for (const path of ['/api', '/v2', '/api/contents', '/api/indexes'])
      expect(await ask({ method: 'GET', path })).toMatchObject({ status: 404 });
  });

  test.each(kept)('$method $path is answered as before', async (route) => {
    expect([404, 405, 410]).not.toContain((await ask(route)).status);
  });
});
