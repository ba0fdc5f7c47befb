import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, test } from 'vitest';

import { keys } from '../../harness/api-process.ts';
import { signed } from '../../harness/hooks.ts';
import { serveApi } from '../../harness/served-api.ts';

const root = join(import.meta.dirname, '../../..');
const readSource = (...path: string[]) => readFile(join(root, ...path), 'utf8');

interface Route {
  readonly method: string;
  readonly path: string;
  readonly key: string;
}

/** The table of docs/api.md. */
const documented = [
  ...(await readSource('docs/api.md')).matchAll(/^\| `([A-Z]+) (\/\S+)` +\| `?(\w+)`? +\|/gm),
].map(([, method = '', path = '', key = '']): Route => ({ method, path, key }));

/** An address of the route, of nothing that exists. */
const addressOf = ({ path }: Route) =>
  path.replace(':id', '00000000-0000-5000-8000-000000000000').replace(':code', 'NO_CODE');

const served = serveApi();

test('every route of the sources is in the table of docs/api.md, and no other', async () => {
  const files = (await readdir(join(root, 'worker/api'))).map((file) =>
    readSource('worker/api', file),
  );
  const declared = (await Promise.all(files)).flatMap((source) =>
    [
      ...source.matchAll(/\bapp\.(get|post|put|patch|delete)(?:<\w+|<\{[^>]*)?>?\(\s*'([^']+)'/g),
    ].map(([, method = '', path = '']) => `${method.toUpperCase()} ${path}`),
  );
  expect(declared.length).toBeGreaterThan(10);
  expect(documented.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(declared.sort());
});

describe.each(documented)('$method $path', (route) => {
  const { method, path, key } = route;
  const ask = (given: string | null) => served.api.ask(addressOf(route), { method, key: given });

  test('takes the key that docs/api.md names, and no lesser one', async () => {
    expect(['none', 'search', 'api', 'hooks']).toContain(key);
    const [without, lesser, greater] = [
      await ask(null),
      await ask(keys.search),
      await ask(keys.api),
    ];
    expect(without.status === 401).toBe(key !== 'none');
    expect(lesser.status === 403).toBe(key === 'api');
    if (key === 'hooks') {
      expect([lesser.status, greater.status]).toEqual([401, 401]);
      const headers = { 'x-pulse-token': keys.hooks, ...signed('') };
      const own = await served.api.ask(addressOf(route), { method, key: null, headers });
      expect(own.status).toBe(400);
      return;
    }
    expect([401, 403, 405]).not.toContain(greater.status);
  });

  test('is named with the other methods of its address to whoever asks with none of them', async () => {
    const { headers } = await served.api.ask(addressOf(route), { method: 'PATCH', key: null });
    const methods = documented.filter((other) => other.path === path).map((other) => other.method);
    const allowed = methods.flatMap((one) => (one === 'GET' ? ['GET', 'HEAD'] : [one])).sort();
    expect(headers.get('allow')).toBe(allowed.join(', '));
  });
});
