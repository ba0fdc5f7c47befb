import { describe, expect, test } from 'vitest';

import { buildApi } from '../../harness/api-document.ts';
import { keys } from '../../harness/api-process.ts';
import { signed } from '../../harness/hooks.ts';
import { listRoutes } from '../../harness/routes-page.ts';
import type { Route } from '../../harness/routes-page.ts';
import { serveApi } from '../../harness/served-api.ts';

const routes = listRoutes((await buildApi()).document);

/** An address of the route, of nothing that exists. */
const addressOf = ({ path }: Route) =>
  path.replace('{id}', '00000000-0000-5000-8000-000000000000').replace('{code}', 'NO_CODE');

const served = serveApi();

describe.each(routes)('$method $path', (route) => {
  const { method, path, key } = route;
  const ask = (given: string | null) => served.api.ask(addressOf(route), { method, key: given });

  test('takes the key that docs/api-routes.md names, and no lesser one', async () => {
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
    const methods = routes.filter((other) => other.path === path).map((other) => other.method);
    const allowed = methods.flatMap((one) => (one === 'GET' ? ['GET', 'HEAD'] : [one])).sort();
    expect(headers.get('allow')).toBe(allowed.join(', '));
  });
});

test('the page at /docs loads its own files alone, and the document', async () => {
  const load = async (path: string) => {
    const answer = await fetch(new URL(path, served.api.url));
    return { answer, text: await answer.text() };
  };
  const { answer, text } = await load('/docs');
  expect(answer.headers.get('content-security-policy')).toMatch(
    /^default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';/,
  );
  const files = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, path = '']) => path);
  expect(files).toContain('/docs/static/swagger-initializer.js');
  expect(text).not.toMatch(/<script>|<style|style=/);
  for (const file of files) {
    const loaded = await load(file);
    expect({ file, status: loaded.answer.status }).toEqual({ file, status: 200 });
  }
  const { text: initializer } = await load('/docs/static/swagger-initializer.js');
  expect(initializer).toMatch(/validatorUrl"?: ?null/);
  expect((await load('/docs/json')).text).toBe((await load('/openapi.json')).text);
});
