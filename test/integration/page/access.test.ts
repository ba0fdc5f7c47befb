import { beforeAll, describe, expect, test } from 'vitest';

import { loginTriesPrefix } from '../../../shared/queue-names.ts';
import { buildApi } from '../../harness/api-document.ts';
import { keys } from '../../harness/api-process.ts';
import { eventually } from '../../harness/eventually.ts';
import { serveApi } from '../../harness/served-api.ts';

const served = serveApi();
const { document, routes } = await buildApi();
const ofPrograms = new Set(
  Object.keys(document.paths).map((path) => path.replaceAll(/\{(\w+)\}/g, ':$1')),
);
const ofPage = routes
  .map((route) => route.split(' ') as [method: string, path: string])
  .filter(([, path]) => !ofPrograms.has(path) && !/^\/(?:docs|assets)(?:\/|$)/.test(path));
const screens = ofPage.filter(([method]) => method === 'GET').map(([, path]) => path);
const actions = ofPage.filter(([method]) => method === 'POST').map(([, path]) => path);
const open = ['/login', '/logout', '/runbook/:alarm'];
const id = '00000000-0000-5000-8000-000000000000';

interface Sent {
  readonly method?: string;
  readonly cookie?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly form?: Readonly<Record<string, string>>;
}

/** As a browser sends it that asks over plain HTTP from a page of this host. */
function send(path: string, { method = 'GET', cookie, headers, form }: Sent = {}) {
  return fetch(`${served.api.url}${path.replace(':id', id)}`, {
    method,
    redirect: 'manual',
    headers: {
      ...(cookie !== undefined && { cookie }),
      ...(method === 'POST' && { origin: served.api.url }),
      ...headers,
    },
    ...(method === 'POST' && { body: new URLSearchParams(form) }),
  });
}

function logInAt(origin: string, key: string) {
  const body = new URLSearchParams({ key });
  const sent = { method: 'POST', redirect: 'manual', headers: { origin }, body } as const;
  return fetch(`${origin}/login`, sent);
}

/** @returns the cookie of a browser that logged in */
async function logIn(key: string, to = '/'): Promise<string> {
  const answer = await eventually('a log-in that is not one too many', async () => {
    const given = await send('/login', { method: 'POST', form: { key, to } });
    return given.status !== 429 && given;
  });
  expect(answer.status).toBe(303);
  return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
}

let operator: string;
let reader: string;
beforeAll(async () => {
  [operator, reader] = [await logIn(keys.api), await logIn(keys.search)];
});

test('there are screens and actions', () => {
  expect(screens).toContain('/status');
  expect(actions).toContain('/documents/:id/delete');
});

test.each(screens.filter((path) => !open.includes(path)))(
  '%s is for whoever has logged in with either key',
  async (path) => {
    const without = await send(path);
    expect([without.status, without.headers.get('location')]).toEqual([
      303,
      path === '/' ? '/login' : `/login?to=${encodeURIComponent(path.replace(':id', id))}`,
    ]);
    for (const cookie of [operator, reader])
      expect([200, 404]).toContain((await send(path, { cookie })).status);
    const ofScript = await send(path, { headers: { 'hx-request': 'true' } });
    expect([ofScript.status, ofScript.headers.get('hx-redirect')?.slice(0, 6)]).toEqual([
      401,
      '/login',
    ]);
  },
);

test.each(actions.filter((path) => !open.includes(path)))(
  '%s does nothing for whoever may only read, or of another site',
  async (path) => {
    const ask = async (sent: Sent) => (await send(path, { method: 'POST', ...sent })).status;
    expect(await ask({})).toBe(303);
    expect(await ask({ cookie: reader })).toBe(403);
    const cookie = operator;
    expect(await ask({ cookie, headers: { origin: 'https://elsewhere.example' } })).toBe(403);
    expect(await ask({ cookie, headers: { origin: 'null' } })).toBe(403);
    expect(await ask({ cookie, headers: { 'sec-fetch-site': 'cross-site' } })).toBe(403);
    expect(await ask({ cookie, headers: { 'sec-fetch-site': 'same-site' } })).toBe(403);
  },
);

describe('a browser', () => {
  test('is sent nowhere but to a path of this host after it logged in', async () => {
    for (const [to, path] of [
      ['/queue?a=b', '/queue?a=b'],
      ['//elsewhere.example', '/'],
      ['/\\elsewhere.example', '/'],
      ['https://elsewhere.example', '/'],
    ] as const) {
      const answer = await send(`/login?to=${encodeURIComponent(to)}`);
      expect(await answer.text()).toContain(`name="to" value="${path.replaceAll('=', '&#61;')}"`);
    }
  });

  test('loads files of this host alone, may run nothing else, and is told to keep no screen', async () => {
    const answer = await send('/status', { cookie: operator });
    expect(answer.headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; script-src 'self'; style-src 'self'; /,
    );
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const text = await answer.text();
    expect(text).not.toMatch(/<script>|<style|\sstyle=|\son\w+=|hx-on|js:/);
    for (const [, file = ''] of text.matchAll(/(?:src|href)="(\/assets\/[^"]*)"/g)) {
      const loaded = await send(file);
      expect([file, loaded.status]).toEqual([file, 200]);
      expect(loaded.headers.get('cache-control')).toContain('immutable');
    }
    for (const secret of Object.values(keys)) expect(text).not.toContain(secret);
  });

  test('that asks for what is not there is shown a screen, and a program a problem', async () => {
    const accept = 'text/html,application/xhtml+xml,*/*;q=0.8';
    for (const [sent, isNavigated] of [
      [{}, false],
      [{ cookie: operator }, true],
    ] as const) {
      const answer = await send('/no/such?a=b', { ...sent, headers: { accept } });
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toBe('text/html; charset=utf-8');
      expect(answer.headers.get('content-security-policy')).toMatch(/^default-src 'none'/);
      const text = await answer.text();
      expect(text).toContain('Nothing is here');
      expect(text.includes('href="/queue"')).toBe(isNavigated);
    }
    for (const headers of [{}, { accept: '*/*' }, { accept: 'application/json' }]) {
      const answer = await send('/no/such', { headers });
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(await answer.json()).toMatchObject({ status: 404, code: 'API_NOT_FOUND' });
    }
  });

  test('that logs out has no session', async () => {
    const answer = await send('/logout', { method: 'POST', cookie: operator });
    expect(answer.headers.get('set-cookie')).toMatch(/_session=; Path=\/; Max-Age=0/);
  });

  test('may try five keys in a minute, whichever replicas it asks', async () => {
    // A replica that Redis did not answer in time has counted a try alone.
    await eventually('tries that all were counted', async () => {
      await using one = await served.stack.api();
      await using other = await served.stack.api();
      // The minute begins with the first of them.
      await served.stack.services.queues.redis.del(`${loginTriesPrefix}127.0.0.1`);
      const statuses = [];
      for (let tried = 0; tried < 5; tried += 1)
        statuses.push((await logInAt(one.url, 'wrong')).status);
      expect(statuses).toEqual([401, 401, 401, 401, 401]);
      const refused = await logInAt(other.url, keys.api);
      expect(refused.status).toBe(429);
      expect(Number(refused.headers.get('retry-after'))).toBeLessThanOrEqual(60);
      expect(await refused.text()).toContain('Too many tries');
    });
  });

  test('logs in while Redis is away, and may try five keys in a minute at each replica', async () => {
    await using other = await served.stack.api();
    await served.stack.proxies.redis.refuse();
    const statuses = [];
    for (let tried = 0; tried < 5; tried += 1)
      statuses.push((await logInAt(other.url, keys.search)).status);
    expect(statuses).toEqual([303, 303, 303, 303, 303]);
    expect((await logInAt(other.url, keys.search)).status).toBe(429);
    await served.stack.proxies.redis.pass();
  });
});
