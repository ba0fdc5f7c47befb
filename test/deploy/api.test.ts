import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { statSync } from 'node:fs';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import type { Report } from '../../healthchecks/verify.ts';
import { isCanary } from '../../shared/canary.ts';
import { eventually } from '../harness/eventually.ts';
import { Callers } from './callers.ts';
import { gpuHostAddress, gpuHostSettings, startGpuHost } from './gpu-host.ts';
import type { GpuHost } from './gpu-host.ts';
import { Project } from './project.ts';
import type { Ended } from './project.ts';
import { countDocuments, listDocuments } from './stores.ts';

const project = new Project();
const replicas = [1, 2].map((member) => project.container(`webhook-api-${member}`));
const settings = { workerReplicas: '1', apiReplicas: '2' };
const gpuAddress = await gpuHostAddress();
let gpuHost: GpuHost;
let address: string;
/** The key that may do everything, and the one that may search. */
let keys: { admin: string; search: string };

beforeAll(async () => {
  gpuHost = await startGpuHost(`${project.prefix}-elsewhere`, gpuAddress);
  await project.prepare({ ...gpuHostSettings(gpuAddress, project.gateway), ...settings });
  await project.up();
  address = `http://127.0.0.1:${String(project.setting('apiPort'))}`;
  keys = { admin: await readKey('--admin'), search: await readKey() };
});
afterAll(async () => {
  await project.remove();
  await gpuHost[Symbol.asyncDispose]();
});

async function readKey(...flags: string[]): Promise<string> {
  const { code, stdout } = await project.pulse('api', 'key', ...flags);
  expect(code).toBe(0);
  return stdout.trim();
}

function post(path: string, body: object, key?: string): Promise<Response> {
  return fetch(address + path, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(key !== undefined && { authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify(body),
  });
}

/** Sends the headers of a request and never its body. */
async function refusedBy(headers: Record<string, string>): Promise<IncomingMessage> {
  const sending = request(`${address}/api/documents`, { method: 'POST', headers });
  onTestFinished(() => void sending.destroy());
  sending.on('error', () => undefined); // the door closes what it does not read to the end
  sending.flushHeaders();
  const [answer] = (await once(sending, 'response')) as [IncomingMessage];
  return answer;
}

/** Their documents are new to the stack. */
function startCallers(name: string): Callers {
  return new Callers(address, keys.admin, `${name}-${randomBytes(3).toString('hex')}`, 1_500);
}

/** As a crash: the init above the program ends with it, and the engine starts the container again. */
async function crash(container: string): Promise<void> {
  const kill = 'kill -KILL $(cat /proc/1/task/1/children)';
  await project.docker('exec', container, 'sh', '-c', kill);
}

/** Every document is stored once, nothing that was not sent is, and all stores agree. */
async function expectEachOnce({ beginning, urls }: Callers): Promise<void> {
  expect((await listDocuments(project, beginning)).sort()).toEqual([...urls].sort());
  await eventually('all stores with the same', async () =>
    expect(await project.pulse('audit', '--json')).toMatchObject({ code: 0 }),
  );
}

async function serving(): Promise<void> {
  await eventually('an answer of a replica', async () =>
    expect((await fetch(`${address}/health`)).status).toBe(200),
  );
}

describe('the front door', () => {
  const page = {
    url: 'https://docs.example.org/wombat',
    title: 'Wombats',
    markdown: 'The wombat digs burrows at night.',
  };

  test('takes a document with the key that may all, and answers a search with the other one', async () => {
    await project.beginWith(settings);
    expect([200, 202]).toContain((await post('/api/documents', page, keys.admin)).status);
    await eventually('the document in a search', async () => {
      const answer = await post('/api/search', { query: 'wombat', limit: 1 }, keys.search);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ results: [{ url: page.url }] });
    });
  });

  test('takes nothing without a key, and nothing to store with the key for searches', async () => {
    await project.beginWith(settings);
    expect((await post('/api/documents', page)).status).toBe(401);
    expect((await post('/api/search', { query: 'wombat' })).status).toBe(401);
    expect((await post('/api/documents', page, keys.search)).status).toBe(403);
  });

  test('is an output of the stack, with its keys hidden', async () => {
    await project.beginWith(settings);
    const { stdout } = await project.pulumi('stack', 'output', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      apiAddress: address,
      apiSecret: '[secret]',
      searchSecret: '[secret]',
    });
    expect(keys.admin).not.toBe(keys.search);
  });

  test('is found by senders inside the network on the old port and the new one', async () => {
    await project.beginWith(settings);
    for (const port of [50108, 52100]) {
      const asked = `fetch('http://${project.container('webhook')}:${port}/health')`;
      const { stdout } = await project.docker(
        'exec',
        project.container('webhook-worker-1'),
        'node',
        '--eval',
        `${asked}.then(({ status }) => console.log(status))`,
      );
      expect(stdout.trim()).toBe('200');
    }
  });

  test('refuses and cuts nothing while an update replaces every replica', async () => {
    await project.beginWith({ ...settings, logLevel: undefined });
    const [documents, before] = [await countDocuments(project), await project.ids()];
    await using callers = startCallers('update');
    await eventually('documents that come in', () => expect(callers.count).toBeGreaterThan(20));
    project.configure({ logLevel: 'DEBUG' });
    await project.up();
    await eventually('all documents sent', () => expect(callers.sentAll).toBe(true));
    const after = await project.ids();
    for (const name of replicas) expect(after[name]).not.toBe(before[name]);
    const door = project.container('webhook');
    expect(after[door], 'the front door stays').toBe(before[door]);
    await callers.stop();
    const { 202: taken = 0, 200: unchanged = 0, ...others } = callers.answers;
    expect(others).toEqual({});
    expect(taken + unchanged).toBe(callers.count);
    expect(callers.acknowledged.size).toBe(callers.urls.length);
    expect(await countDocuments(project)).toBe(documents + callers.urls.length);
    await expectEachOnce(callers);
  });

  test('loses no acknowledged document when a worker, a replica and Postgres end unexpectedly', async () => {
    await project.beginWith(settings);
    const documents = await countDocuments(project);
    await using callers = startCallers('killed');
    const harms = [
      () => crash(project.container('webhook-worker-1')),
      () => crash(replicas[0] as string),
      () => project.docker('restart', '--time', '0', project.container('postgres')),
    ];
    for (const harm of harms) {
      const { count } = callers;
      await eventually('documents that come in', () =>
        expect(callers.count).toBeGreaterThan(count + 100),
      );
      await harm();
    }
    await eventually('all documents sent', () => expect(callers.sentAll).toBe(true));
    await callers.stop();
    expect(['200', '202', '502', '503']).toEqual(
      expect.arrayContaining(Object.keys(callers.answers)),
    );
    for (const seconds of callers.retryAfter) expect(seconds).toMatch(/^\d+$/);
    const stored = new Set(await listDocuments(project, callers.beginning));
    for (const url of callers.acknowledged) expect(stored).toContain(url);

    await serving();
    await callers.resend();
    expect(callers.acknowledged.size).toBe(callers.urls.length);
    expect(await countDocuments(project)).toBe(documents + callers.urls.length);
    await expectEachOnce(callers);
  });

  test('answers 503 by itself, with a code and when to come again, where no replica runs', async () => {
    await project.beginWith(settings);
    onTestFinished(() => project.docker('start', ...replicas).then(serving));
    await project.docker('stop', ...replicas);
    await eventually("the front door's own answer", async () => {
      const answer = await post('/api/search', { query: 'wombat' }, keys.search);
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(await answer.json()).toMatchObject({ code: 'DOOR_NO_REPLICA', status: 503 });
    });
  });

  test('answers ./pulse search, which asks a worker where no replica runs', async () => {
    await project.beginWith(settings);
    expect([200, 202]).toContain((await post('/api/documents', page, keys.admin)).status);
    const search = ['search', 'wombat', '--mode', 'keyword', '--json'];
    const ask = async (asked: Promise<Ended>) => {
      const { took, ...answer } = JSON.parse((await asked).stdout) as { took: object };
      return { ...answer, parts: Object.keys(took).sort() };
    };
    const worker = project.container('webhook-worker-1');
    const inWorker = () => ask(project.docker('exec', worker, 'node', 'worker/cli.ts', ...search));
    await eventually('the document in a search', async () =>
      expect(await inWorker()).toMatchObject({ results: [{ url: page.url }] }),
    );
    const answer = await inWorker();
    // Nothing can be asked inside a worker that is paused.
    await project.docker('pause', worker);
    onTestFinished(async () => void (await project.docker('unpause', worker)));
    expect(await ask(project.pulse(...search))).toEqual(answer);
    await project.docker('unpause', worker);
    const kept = statSync(join(project.folder, '.pulse/api', `${project.stack}.json`));
    expect(kept.mode & 0o777).toBe(0o600);

    onTestFinished(() => project.docker('start', ...replicas).then(serving));
    await project.docker('stop', ...replicas);
    expect(await ask(project.pulse(...search))).toEqual(answer);
  });

  test('is part of a verification, which no search shows, and fails it where it is away', async () => {
    await project.beginWith(settings);
    const verify = async () => {
      const { code, stdout } = await project.pulse('verify', '--json');
      const { checks } = JSON.parse(stdout) as Report;
      const failed = checks.filter(({ ok }) => !ok);
      return { code, failed: failed.map((check) => [check.name, check.code]) };
    };
    expect(await verify()).toEqual({ code: 0, failed: [] });
    const answer = await post('/api/search', { query: 'canary mine singing' }, keys.search);
    const found = (await answer.json()) as { results: { url: string }[] };
    expect(found.results.filter(({ url }) => isCanary(url))).toEqual([]);

    const door = project.container('webhook');
    onTestFinished(() => project.docker('start', door).then(serving));
    await project.docker('stop', door);
    expect(await verify()).toEqual({ code: 1, failed: [['canary', 'CANARY_REJECTED']] });
  });

  test('refuses a body that announces 70 MB by itself, before it is sent', async () => {
    await project.beginWith(settings);
    const answer = await refusedBy({ 'content-length': '70000000' });
    expect(answer.statusCode).toBe(413);
    expect(await json(answer)).toMatchObject({ status: 413, code: 'DOOR_TOO_LARGE' });
  });

  test('refuses a header of 64 KB, and ends a request whose headers do not come', async () => {
    await project.beginWith(settings);
    expect((await refusedBy({ 'x-large': 'x'.repeat(65_536) })).statusCode).toBe(400);
    const socket = connect(Number(project.setting('apiPort')), '127.0.0.1');
    socket.write('POST /api/documents HTTP/1.1\r\nHost: api\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1.1 408 /);
  });

  test('shows no key: not in its own container, not in logs, not in the arguments of a process', async () => {
    await project.beginWith(settings);
    const door = project.container('webhook');
    await fetch(`${address}/api/search?q=wombat&key=${keys.admin}`, {
      headers: { authorization: `Bearer ${keys.search}` },
    });
    const seen = await Promise.all([
      project.docker('inspect', door),
      ...[door, ...replicas].flatMap((name) => [
        project.docker('logs', name),
        project.docker('top', name, '-eo', 'args'),
      ]),
    ]);
    for (const { stdout, stderr } of seen)
      for (const key of Object.values(keys)) expect(stdout + stderr).not.toContain(key);
  });
});
