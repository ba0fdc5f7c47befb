import { describe, expect, test } from 'vitest';

import { ollama } from '../../../healthchecks/ollama.ts';
import { postgres } from '../../../healthchecks/postgres.ts';
import { runProbe, type Check } from '../../../healthchecks/probe.ts';
import { qdrant } from '../../../healthchecks/qdrant.ts';
import { redis } from '../../../healthchecks/redis.ts';
import { reranker } from '../../../healthchecks/reranker.ts';
import { tei } from '../../../healthchecks/tei.ts';
import {
  answeringPort,
  garblingPort,
  hangingUpPort,
  httpPort,
  refusedPort,
  silentPort,
} from './bad-servers.ts';
import type { HttpAnswer } from './bad-servers.ts';
import { patienceMs, patient } from './patient.ts';

/** Of a probe that ends by its limit. */
const limitMs = 300;
const model = { model: 'org/model', dimension: 3 };
const collection = { collection: 'pulse-test', dimension: 3 };

/** The real probe of each service for an address, with a time limit that suits a test. */
const services: Readonly<
  Record<string, (authority: string, timeLimitMs?: number) => Promise<Check>>
> = {
  POSTGRES: (at, timeLimitMs = patienceMs) =>
    runProbe({ ...postgres, timeLimitMs }, { url: `postgresql://${at}/db` }),
  REDIS: (at, timeLimitMs = patienceMs) =>
    runProbe({ ...redis, timeLimitMs }, { url: `redis://${at}` }),
  TEI: (at, timeLimitMs = patienceMs) =>
    runProbe({ ...tei, timeLimitMs }, { url: `http://${at}`, ...model }),
  QDRANT: (at, timeLimitMs = patienceMs) =>
    runProbe({ ...qdrant, timeLimitMs }, { url: `http://${at}`, apiKey: 'hunter2', ...collection }),
  OLLAMA: (at, timeLimitMs = patienceMs) =>
    runProbe({ ...ollama, timeLimitMs }, { url: `http://${at}/` }),
  RERANK: (at, timeLimitMs = patienceMs) =>
    runProbe({ ...reranker, timeLimitMs }, { url: `http://${at}/` }),
};

describe.each(Object.entries(services))('the probe of %s', (service, ask) => {
  test('reports a port without a server as refused, in the words of the system', async () => {
    const check = await ask(`127.0.0.1:${await refusedPort()}`);
    expect(check).toMatchObject({
      ok: false,
      code: `${service}_REFUSED`,
      problem: expect.stringContaining('ECONNREFUSED'),
    });
    expect(check.tried).toMatch(/refused after \d+ ms$/);
  });

  test('reports an unknown host name as such, or as a timeout of the resolver', async () => {
    const check = await ask('nowhere.invalid:1234', limitMs);
    // On a machine without a resolver the lookup may last longer than the time limit.
    expect([`${service}_DNS`, `${service}_TIMEOUT`]).toContain(check.code);
    if (check.code === `${service}_DNS`) expect(check.problem).toContain('nowhere.invalid');
  });

  test('ends at the time limit when a server accepts and never answers', async () => {
    const check = await ask(`127.0.0.1:${await silentPort()}`, limitMs);
    expect(check).toMatchObject({
      ok: false,
      code: `${service}_TIMEOUT`,
      problem: `no answer in ${limitMs} ms`,
    });
  });

  test('reports a server that hangs up as unreachable', async () => {
    const check = await ask(`127.0.0.1:${await hangingUpPort()}`);
    expect(check).toMatchObject({ ok: false, code: `${service}_UNREACHABLE` });
  });

  test('reports a server of another kind as a wrong answer', async () => {
    const check = await ask(`127.0.0.1:${await garblingPort()}`);
    expect(check).toMatchObject({ ok: false, code: `${service}_ANSWER` });
  });

  test('shows no password anywhere in its check', async () => {
    const check = await ask(`user:hunter2@127.0.0.1:${await refusedPort()}`);
    expect(check.ok).toBe(false);
    expect(JSON.stringify(check)).not.toContain('hunter2');
  });
});

describe.each(['TEI', 'QDRANT', 'OLLAMA', 'RERANK'])('the HTTP probe of %s', (service) => {
  const paths = ['/health', '/readyz', '/api/version', '/rerank'];
  const asking = async (status: number, body: string) => {
    const port = await httpPort(Object.fromEntries(paths.map((path) => [path, { status, body }])));
    return services[service]?.(`127.0.0.1:${port}`);
  };

  test('reports status 401 and 403 as a refused login', async () => {
    expect(await asking(401, 'who are you?')).toMatchObject({
      code: `${service}_AUTH`,
      problem: expect.stringContaining('who are you?'),
    });
    expect(await asking(403, '')).toMatchObject({ code: `${service}_AUTH` });
  });

  test('reports any other error status as a wrong answer that quotes the server', async () => {
    expect(await asking(503, 'model is loading')).toMatchObject({
      code: `${service}_ANSWER`,
      problem: expect.stringMatching(/503: model is loading/),
    });
  });

  test('names a redirection to a page that asks for a login', async () => {
    const ok = { status: 200, body: 'ready' };
    // What is sent with a body is sent on by 307 alone.
    const status = service === 'RERANK' ? 307 : 302;
    const moved = { status, body: '', location: '/login?back=secret' };
    const port = await httpPort({
      ...Object.fromEntries(['/health', '/readyz'].map((path) => [path, ok])),
      ...Object.fromEntries(['/info', '/', '/api/version', '/rerank'].map((path) => [path, moved])),
      '/login?back=secret': { status: 200, body: '<title>Sign in</title>' },
    });
    expect(await services[service]?.(`127.0.0.1:${port}`)).toMatchObject({
      code: `${service}_ANSWER`,
      problem: expect.stringMatching(
        /^\/\S* answered something other than JSON, after a redirection to http:\S+\/login: <title>Sign in/,
      ),
    });
  });

  test.each([301, 302, 307, 308])(
    'does not follow a redirection to another server, which would get its key (%i)',
    async (status) => {
      let asked = 0;
      const other = `127.0.0.1:${await httpPort({}, () => (asked += 1))}`;
      const moved = { status, body: '', location: `http://${other}/x?token=hunter2` };
      const all = [...paths, '/info', '/', '/collections/pulse-test'];
      const port = await httpPort(Object.fromEntries(all.map((path) => [path, moved])));
      expect(await services[service]?.(`127.0.0.1:${port}`)).toMatchObject({
        code: `${service}_ANSWER`,
        problem: expect.stringMatching(
          new RegExp(
            `answered ${status}, a redirection to http://${other}/x, which is not followed$`,
          ),
        ),
      });
      expect(asked).toBe(0);
    },
  );
});

describe('the probe of a Qdrant whose proxy passes the collections alone', () => {
  const path = '/collections/pulse-test';
  const params = { vectors: { size: 3, distance: 'Cosine' } };
  const found = { status: 200, body: { result: { points_count: 7, config: { params } } } };
  const error = "Not found: Collection `pulse-test` doesn't exist!";
  const absent = { status: 404, body: { time: 1e-5, status: { error } } };
  const page = { status: 200, body: '<title>Qdrant Web UI</title>' };
  const asking = async (answers: Readonly<Record<string, HttpAnswer>>) =>
    services['QDRANT']?.(`127.0.0.1:${await httpPort(answers)}`);
  const login = { status: 302, body: '', location: 'https://login.example.org/' };
  const notServed = [401, 403, 404, 405].map((status) => ({ status, body: 'not here' }));

  test.each([
    ...notServed.map((answer) => ({ '/readyz': answer, '/': answer })),
    { '/readyz': page, '/': page },
    { '/': { status: 302, body: '', location: '/dashboard' }, '/dashboard': page },
    { '/readyz': login, '/': login },
    { '/readyz': { status: 200, body: 'ready' }, '/': { status: 500, body: 'no route' } },
  ])('accepts a collection that it can use, with %j', async (others) => {
    expect(await asking({ ...others, [path]: found })).toMatchObject({ ok: true });
    expect(await asking({ ...others, [path]: absent })).toMatchObject({
      code: 'QDRANT_COLLECTION',
    });
  });

  test('still asks for the version where it is told, and whether all is ready', async () => {
    const old = { status: 200, body: { title: 'qdrant', version: '1.9.7' } };
    expect(await asking({ '/': old, [path]: found })).toMatchObject({ code: 'QDRANT_VERSION' });
    const busy = { status: 503, body: 'some shards are not ready' };
    expect(await asking({ '/readyz': busy, '/': old, [path]: found })).toMatchObject({
      code: 'QDRANT_ANSWER',
      problem: expect.stringContaining('503: some shards are not ready'),
    });
  });

  test('refuses what is answered in place of the collection, whatever the other paths say', async () => {
    const ready = { '/readyz': { status: 200, body: 'ready' }, '/': page };
    for (const status of [401, 403])
      expect(await asking({ ...ready, [path]: { status, body: '' } })).toMatchObject({
        code: 'QDRANT_AUTH',
      });
    const moved = { status: 302, body: '', location: '/login' };
    expect(await asking({ ...ready, [path]: moved, '/login': page })).toMatchObject({
      code: 'QDRANT_ANSWER',
      problem: expect.stringMatching(/^\/collections\S* answered something other than JSON, after/),
    });
  });

  test('tells a server that is no Qdrant from one without the collection', async () => {
    expect(await asking({})).toMatchObject({
      code: 'QDRANT_ANSWER',
      problem: expect.stringContaining('GET /readyz answered 404'),
    });
    const ready = { status: 200, body: 'ready' };
    expect(await asking({ '/readyz': ready, '/': page })).toMatchObject({ code: 'QDRANT_ANSWER' });
    expect(await asking({ '/readyz': ready })).toMatchObject({ code: 'QDRANT_COLLECTION' });
  });
});

test('a server without TLS at an https address is named as such', async () => {
  const port = await httpPort({});
  const url = `https://127.0.0.1:${port}`;
  expect(await runProbe(patient(tei), { url, ...model })).toMatchObject({
    code: 'TEI_ANSWER',
    problem: 'the server speaks no TLS there: is http:// meant in place of https://?',
  });
});

describe('the probe of Redis', () => {
  test.each([
    '-WRONGPASS invalid username-password pair or user is disabled.\r\n',
    '-NOAUTH Authentication required.\r\n',
  ])('reports %j as a fault of the password', async (answer) => {
    const check = await services['REDIS']?.(`127.0.0.1:${await answeringPort(answer)}`);
    expect(check).toMatchObject({ code: 'REDIS_AUTH', problem: answer.slice(1, -2) });
  });

  test('reports LOADING as a wrong answer, not as a fault of the password', async () => {
    const check = await services['REDIS']?.(
      `127.0.0.1:${await answeringPort('-LOADING Redis is loading the dataset in memory\r\n')}`,
    );
    expect(check).toMatchObject({
      code: 'REDIS_ANSWER',
      problem: expect.stringContaining('LOADING'),
    });
  });
});
