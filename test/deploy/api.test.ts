import { randomBytes, X509Certificate } from 'node:crypto';
import { statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { json, text } from 'node:stream/consumers';

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import type { Report } from '../../healthchecks/verify.ts';
import { isCanary } from '../../shared/canary.ts';
import { first, renewed } from '../harness/certificates.ts';
import { eventually } from '../harness/eventually.ts';
import { gpuHostAddress, gpuHostSettings, startGpuHost } from './gpu-host.ts';
import type { GpuHost } from './gpu-host.ts';
import { Project } from './project.ts';
import type { Ended } from './project.ts';
import { StackApi } from './stack-api.ts';
import { countDocuments, expectEachOnce, listDocuments } from './stores.ts';

const project = new Project();
const replicas = [1, 2].map((member) => project.container(`webhook-api-${member}`));
/** Of before, and still accepted: the log says who uses it. */
const previousKey = randomBytes(16).toString('hex');
const settings = { workerReplicas: '1', apiReplicas: '2', apiSecretPrevious: previousKey };
const tls = { apiCertificate: first.certificate, apiCertificateKey: first.key };
const gpuAddress = await gpuHostAddress();
let gpuHost: GpuHost;
let api: StackApi;

beforeAll(async () => {
  gpuHost = await startGpuHost(`${project.prefix}-elsewhere`, gpuAddress);
  await project.prepare({ ...gpuHostSettings(gpuAddress, project.gateway), ...settings });
  await project.up();
  api = await StackApi.open(project);
});
afterAll(() => project.remove(gpuHost));

describe('the front door', () => {
  const page = {
    url: 'https://docs.example.org/wombat',
    title: 'Wombats',
    markdown: 'The wombat digs burrows at night.',
  };

  test('takes a document with the key that may all; the other one searches, for assistants too', async () => {
    await project.beginWith(settings);
    expect([200, 202]).toContain((await api.post('/api/documents', page, api.keys.admin)).status);
    await eventually('the document in a search', async () => {
      const answer = await api.post('/api/search', { query: 'wombat', limit: 1 }, api.keys.search);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ results: [{ url: page.url }] });
    });
    for (const tools of await api.listTools()) expect(tools).toContain('search');
  });

  test('takes nothing without a key, and nothing to store with the key for searches', async () => {
    await project.beginWith(settings);
    expect((await api.post('/api/documents', page)).status).toBe(401);
    expect((await api.post('/api/search', { query: 'wombat' })).status).toBe(401);
    expect((await api.post('/api/documents', page, api.keys.search)).status).toBe(403);
  });

  test('is an output of the stack, with its keys hidden', async () => {
    await project.beginWith(settings);
    const { stdout } = await project.pulumi('stack', 'output', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      apiAddress: api.address,
      apiSecret: '[secret]',
      searchSecret: '[secret]',
      webhookSecret: '[secret]',
    });
    expect(api.keys.hooks).toMatch(/^[0-9a-f]{64}$/);
    expect(api.keys.admin).not.toBe(api.keys.search);
  });

  test('is found by senders inside the network on the old port and the new one', async () => {
    await project.beginWith(settings);
    for (const port of [50108, 52100])
      expect(await api.fetchInside(`http://${project.container('webhook')}:${port}/health`)).toBe(
        '200',
      );
  });

  test('believes no client on who it is, neither outside nor on the network of the stack', async () => {
    await project.beginWith(settings);
    const forged = '203.0.113.7';
    const headers = { authorization: `Bearer ${previousKey}`, 'x-forwarded-for': forged };
    const path = '/api/search?q=wombat';
    expect((await fetch(api.address + path, { headers })).status).toBe(200);
    for (const name of [project.container('webhook'), ...replicas])
      expect(await api.fetchInside(`http://${name}:50108${path}`, headers)).toBe('200');
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
    await using callers = api.startCallers('update');
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
    await expectEachOnce(project, callers);
  });

  test('loses no acknowledged document when a worker, a replica and Postgres end unexpectedly', async () => {
    await project.beginWith(settings);
    const documents = await countDocuments(project);
    await using callers = api.startCallers('killed');
    const harms = [
      () => api.crash(project.container('webhook-worker-1')),
      () => api.crash(replicas[0] as string),
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
    const list = () => listDocuments(project, callers.beginning);
    const stored = new Set(await eventually('an answer of Postgres, which starts again', list));
    for (const url of callers.acknowledged) expect(stored).toContain(url);
    await callers.resend();
    expect(await countDocuments(project)).toBe(documents + callers.urls.length);
    await expectEachOnce(project, callers);
  });

  test('answers 503 by itself, with a code and when to come again, where no replica runs', async () => {
    await project.beginWith(settings);
    onTestFinished(() => project.docker('start', ...replicas).then(() => api.serving()));
    await project.docker('stop', ...replicas);
    await eventually("the front door's own answer", async () => {
      const answer = await api.post('/api/search', { query: 'wombat' }, api.keys.search);
      expect(answer.status).toBe(503);
      expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
      expect(answer.headers.get('content-type')).toBe('application/problem+json');
      expect(await answer.json()).toMatchObject({ code: 'DOOR_NO_REPLICA', status: 503 });
    });
  });

  test('answers ./pulse search, which asks a worker where no replica runs', async () => {
    await project.beginWith(settings);
    expect([200, 202]).toContain((await api.post('/api/documents', page, api.keys.admin)).status);
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

    onTestFinished(() => project.docker('start', ...replicas).then(() => api.serving()));
    await project.docker('stop', ...replicas);
    expect(await ask(project.pulse(...search))).toEqual(answer);
    const command = [process.execPath, 'cli/main.ts', ...search, '--stack', project.stack];
    const withoutState = project.run('env', ['PULUMI_CONFIG_PASSPHRASE=wrong', ...command]);
    expect(await ask(withoutState), 'without the passphrase of the state').toEqual(answer);
  });

  test('is part of a verification, which no search shows, and fails it where it is away', async () => {
    await project.beginWith(settings);
    // On a busy machine a probe may time out.
    const verified = (expected: { code: number; failed: string[][] }) =>
      eventually('a verification that ends so', async () => {
        const { code, stdout } = await project.pulse('verify', '--json');
        const faults = (JSON.parse(stdout) as Report).checks.filter(({ ok }) => !ok);
        expect({ code, failed: faults.map((one) => [one.name, one.code]) }).toEqual(expected);
      });
    await verified({ code: 0, failed: [] });
    const answer = await api.post('/api/search', { query: 'canary mine singing' }, api.keys.search);
    const found = (await answer.json()) as { results: { url: string }[] };
    expect(found.results.filter(({ url }) => isCanary(url))).toEqual([]);

    const door = project.container('webhook');
    onTestFinished(() => project.docker('start', door).then(() => api.serving()));
    await project.docker('stop', door);
    await verified({ code: 1, failed: [['canary', 'CANARY_REJECTED']] });
  });

  test('refuses a body that announces 70 MB by itself, before it is sent', async () => {
    await project.beginWith(settings);
    const answer = await api.refusedBy({ 'content-length': '70000000' });
    expect(answer.statusCode).toBe(413);
    expect(await json(answer)).toMatchObject({ status: 413, code: 'DOOR_TOO_LARGE' });
  });

  test('refuses a header of 64 KB, and ends a request whose headers do not come', async () => {
    await project.beginWith(settings);
    expect((await api.refusedBy({ 'x-large': 'x'.repeat(65_536) })).statusCode).toBe(400);
    const socket = connect(Number(project.setting('apiPort')), '127.0.0.1');
    socket.write('POST /api/documents HTTP/1.1\r\nHost: api\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1.1 408 /);
  });

  test('shows no key: not in its own container, not in logs, not in the arguments of a process', async () => {
    await project.beginWith(settings);
    const door = project.container('webhook');
    await fetch(`${api.address}/api/search?q=wombat&key=${api.keys.admin}`, {
      headers: { authorization: `Bearer ${api.keys.search}` },
    });
    const seen = await Promise.all([
      project.docker('inspect', door),
      ...[door, ...replicas].flatMap((name) => [
        project.docker('logs', name),
        project.docker('top', name, '-eo', 'pid,args'),
      ]),
    ]);
    for (const { stdout, stderr } of seen)
      for (const key of Object.values(api.keys)) expect(stdout + stderr).not.toContain(key);
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
    expect((await api.askOverTls('/health')).status).toBe(200);
    const ends = new X509Certificate(first.certificate).validToDate.getTime() / 1_000;
    await eventually('the end of the certificate in /metrics', async () => {
      const { body } = await api.askOverTls('/metrics');
      expect(body).toContain(`\npulse_certificate_end_timestamp_seconds ${ends}\n`);
    });
    expect(await api.fetchInside(`http://${door}:50108/health`)).toBe('200');

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
