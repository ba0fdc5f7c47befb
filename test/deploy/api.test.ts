import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { IncomingMessage } from 'node:http';
import { request as requestTls } from 'node:https';
import { connect } from 'node:net';
import { json, text } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { first, renewed, root } from '../harness/certificates.ts';
import { eventually } from '../harness/eventually.ts';
import { Callers } from './callers.ts';
import { gpuHostAddress, gpuHostSettings, startGpuHost } from './gpu-host.ts';
import type { GpuHost } from './gpu-host.ts';
import { Project } from './project.ts';
import { countDocuments } from './stores.ts';

const project = new Project();
const replicas = [1, 2].map((member) => project.container(`webhook-api-${member}`));
/** Of before, and still accepted: the log says who uses it. */
const previousKey = randomBytes(16).toString('hex');
const settings = { workerReplicas: '1', apiReplicas: '2', apiSecretPrevious: previousKey };
const tls = { apiCertificate: first.certificate, apiCertificateKey: first.key };
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

/** Asks over TLS, on a connection of its own. */
async function askOverTls(path: string): Promise<IncomingMessage> {
  const port = Number(project.setting('apiPort'));
  const asking = requestTls({ host: '127.0.0.1', port, path, ca: root, agent: false }).end();
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  return answer.resume();
}

/** Runs a request in a worker's container, which is on the network of the stack. */
async function fetchInside(url: string, headers: Record<string, string> = {}): Promise<string> {
  const script =
    `fetch(${JSON.stringify(url)}, { headers: ${JSON.stringify(headers)} })` +
    '.then(({ status }) => console.log(status))';
  const worker = project.container('webhook-worker-1');
  const { stdout } = await project.docker('exec', worker, 'node', '--eval', script);
  return stdout.trim();
}

/** Their documents are new to the stack. */
function startCallers(name: string): Callers {
  return new Callers(address, keys.admin, `${name}-${randomBytes(3).toString('hex')}`);
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
    for (const port of [50108, 52100])
      expect(await fetchInside(`http://${project.container('webhook')}:${port}/health`)).toBe(
        '200',
      );
  });

  test('believes no client on who it is, neither outside nor on the network of the stack', async () => {
    await project.beginWith(settings);
    const forged = '203.0.113.7';
    const headers = { authorization: `Bearer ${previousKey}`, 'x-forwarded-for': forged };
    const path = '/api/search?q=wombat';
    expect((await fetch(address + path, { headers })).status).toBe(200);
    for (const name of [project.container('webhook'), ...replicas])
      expect(await fetchInside(`http://${name}:50108${path}`, headers)).toBe('200');
    const [inside] = await project.dockerLines(
      'inspect',
      project.container('webhook-worker-1'),
      '--format',
      '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
    );
    await eventually('the callers in the logs of the replicas', async () => {
      const logs = await Promise.all(replicas.map((name) => project.docker('logs', name)));
      const lines = logs
        .flatMap(({ stdout, stderr }) => `${stdout}${stderr}`.split('\n'))
        .filter((line) => line.includes('a previous key is still used'))
        .map((line) => JSON.parse(line) as { client: string; key: string });
      expect(lines.map(({ client }) => client)).toEqual(
        expect.arrayContaining([project.gateway, inside]),
      );
      for (const { client, key } of lines)
        expect([client, key]).toEqual([expect.not.stringMatching(forged), 'apiSecretPrevious']);
    });
  });

  test('refuses and cuts nothing while an update replaces every replica', async () => {
    await project.beginWith({ ...settings, logLevel: undefined });
    const [documents, before] = [await countDocuments(project), await project.ids()];
    await using callers = startCallers('update');
    await eventually('documents that come in', () => expect(callers.count).toBeGreaterThan(20));
    project.configure({ logLevel: 'DEBUG' });
    await project.up();
    const after = await project.ids();
    for (const name of replicas) expect(after[name]).not.toBe(before[name]);
    const door = project.container('webhook');
    expect(after[door], 'the front door stays').toBe(before[door]);
    await callers.stop();
    const { 202: taken = 0, 200: unchanged = 0, ...others } = callers.answers;
    expect(others).toEqual({});
    expect(taken + unchanged).toBe(callers.count);
    await eventually('every acknowledged document', async () =>
      expect(await countDocuments(project)).toBe(documents + callers.acknowledged.size),
    );
  });

  test('answers 502 or 503, and when to come again, where a replica is killed', async () => {
    await project.beginWith(settings);
    const [victim = ''] = replicas;
    onTestFinished(() => project.docker('start', victim).then(serving));
    await using callers = startCallers('killed');
    await eventually('documents that come in', () => expect(callers.count).toBeGreaterThan(20));
    await project.docker('kill', '--signal', 'KILL', victim);
    const { count } = callers;
    await eventually('documents that come in', () =>
      expect(callers.count).toBeGreaterThan(count + 100),
    );
    await callers.stop();
    expect(['200', '202', '502', '503']).toEqual(
      expect.arrayContaining(Object.keys(callers.answers)),
    );
    for (const seconds of callers.retryAfter) expect(seconds).toMatch(/^\d+$/);
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
        project.docker('top', name, '-eo', 'pid,args'),
      ]),
    ]);
    for (const { stdout, stderr } of seen)
      for (const key of Object.values(keys)) expect(stdout + stderr).not.toContain(key);
  });

  test('speaks TLS with a certificate, whose key nobody is shown, and changes alone with it', async () => {
    await project.beginWith(settings);
    const before = await project.ids();
    const door = project.container('webhook');
    onTestFinished(() =>
      project.configure({ apiCertificate: undefined, apiCertificateKey: undefined }),
    );
    await project.beginWith({ ...settings, ...tls });

    const after = await project.ids();
    expect(Object.keys(after).filter((name) => after[name] !== before[name])).toEqual([door]);
    expect((await askOverTls('/health')).statusCode).toBe(200);
    expect(await fetchInside(`http://${door}:50108/health`)).toBe('200');

    const [, line = ''] = first.key.split('\n');
    for (const { stdout, stderr } of await Promise.all([
      project.docker('inspect', door),
      project.docker('logs', door),
      project.docker('top', door, '-eo', 'pid,args'),
      project.pulumi('stack', 'export'),
      project.pulumi('stack', 'output', '--json'),
    ])) {
      expect(stdout).not.toBe('');
      expect(stdout + stderr).not.toContain(line);
    }

    await project.settled();
    project.configure({ apiCertificate: renewed.certificate, apiCertificateKey: renewed.key });
    const preview = await project.pulumi('preview', '--json');
    const steps = (JSON.parse(preview.stdout) as { steps: { op: string; urn: string }[] }).steps;
    const changed = steps.filter(({ op }) => op !== 'same' && op !== 'read');
    const names = new Set(changed.map(({ urn }) => urn.split('::').at(-1)));
    expect(names).toContain('front-door');
    for (const name of names)
      expect(name).toMatch(/^(front-door|front-door-tls-file|verification-\w+|pulse-\w+)$/);
  });
});
