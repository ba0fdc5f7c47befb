import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { eventually } from '../harness/eventually.ts';
import { hardeningOf } from './hardened.ts';
import { Project } from './project.ts';
import type { Ended } from './project.ts';
import { readSecrets } from './secrets.ts';

const project = new Project();
const json = ({ stdout }: Ended) => JSON.parse(stdout);
const sampleSize = readdirSync(join(import.meta.dirname, '../../samples')).filter((name) =>
  name.endsWith('.md'),
).length;

beforeAll(async () => {
  // Left to the program, which knows the engine.
  await project.prepare({ ollama: 'true', healthStartInterval: undefined });
  await project.up();
});
afterAll(() => project.remove());

async function audit() {
  const { documents, chunks, keywordRows, points, ok, findings } = json(
    await project.pulse('audit', '--json'),
  );
  return { documents, chunks, keywordRows, points, ok, findings };
}

/** An update may end before its canary is gone from both indexes: an audit counts what is there. */
const auditWithoutCanary = () =>
  eventually('both indexes with nothing that was deleted', async () => {
    const found = await audit();
    expect([found.keywordRows, found.points]).toEqual([found.chunks, found.chunks]);
    return found;
  });

describe('a deployed stack', () => {
  test('has nothing to change, with and without a refresh from the engine', async () => {
    await project.beginWith();
    expect(await project.pulumi('preview', '--expect-no-changes')).toMatchObject({ code: 0 });
    expect(await project.pulumi('preview', '--expect-no-changes', '--refresh')).toMatchObject({
      code: 0,
    });
  });

  test('runs every container unprivileged, limited, watched and on loopback at most', async () => {
    await project.beginWith();
    const everyOne = {
      init: true,
      privileged: false,
      readOnlyRoot: true,
      rootIsWritable: false,
      droppedCapabilities: ['ALL'],
      addedCapabilities: [],
      securityOptions: ['no-new-privileges'],
      effectiveCapabilities: '0000000000000000',
      noNewPrivileges: '1',
      swapMiB: 0,
      restart: 'unless-stopped',
      health: 'healthy',
      ownHealthCheck: true,
      startIntervalSeconds: (await project.knowsStartInterval()) ? 1 : 0,
      log: { Type: 'json-file', Config: { 'max-size': '10m', 'max-file': '3' } },
    };
    const port = (key: string) => [`127.0.0.1:${String(project.setting(key))}`];
    const worker = { user: '99:100', memoryMiB: 768, cpus: 1, openFiles: 16_384, published: [] };
    const service = { memoryMiB: 2048, cpus: 2, published: [] };
    const door = { user: '99:99', memoryMiB: 128, cpus: 1, openFiles: 8_192 };
    const each = {
      postgres: { user: '999:999', memoryMiB: 512, cpus: 2, published: port('postgresPort') },
      redis: { user: '999:999', memoryMiB: 256, cpus: 1, published: port('redisPort') },
      tei: service,
      qdrant: service,
      ollama: service,
      webhook: { ...door, published: port('apiPort') },
      'webhook-api-1': { ...worker, memoryMiB: 512 },
      'webhook-worker-1': worker,
      'webhook-worker-2': worker,
    };
    expect(Object.keys(await project.ids()).sort()).toEqual(
      Object.keys(each)
        .map((name) => project.container(name))
        .sort(),
    );
    for (const [name, own] of Object.entries(each))
      expect(await hardeningOf(project, project.container(name)), name).toMatchObject({
        ...everyOne,
        ...own,
      });
    // As the workers themselves read it from their control groups.
    const heartbeats = JSON.parse((await project.pulse('queue', 'workers', '--json')).stdout);
    const limited = { memoryLimitMiB: worker.memoryMiB, starts15m: expect.any(Number) };
    expect(heartbeats).toMatchObject([limited, limited]);
  });

  test('shows no secret in state, preview, outputs, logs or image', async () => {
    await project.beginWith();
    const api = project.container('webhook-api-1');
    const secrets = [...(await readSecrets(project, api))];
    expect(secrets).toHaveLength(4);
    const named = ['--filter', `name=^${project.prefix}_`, '--format', '{{.Names}}'];
    const containers = await project.dockerLines('ps', '-a', ...named);
    const logs = await Promise.all(containers.map((name) => project.docker('logs', name)));
    const seen = [
      ...filesUnder(join(project.folder, '.pulse/state')),
      readFileSync(join(project.folder, `Pulumi.${project.stack}.yaml`), 'utf8'),
      ...[
        await project.pulumi('preview', '--diff'),
        await project.pulumi('stack', 'output', '--json'),
        ...logs,
      ].map(({ stdout, stderr }) => stdout + stderr),
    ];
    expect(
      seen.some((text) => text.includes('"checkpoint"')),
      'the state was read',
    ).toBe(true);
    for (const secret of secrets) expect(seen.filter((text) => text.includes(secret))).toEqual([]);
    const { code } = await project.run('sh', [
      '-c',
      'docker save "$1" | grep -qaF -e "$2" -e "$3" -e "$4" -e "$5"',
      'sh',
      await imageOf(api),
      ...secrets,
    ]);
    expect(code, 'grep finds nothing in the layers of the image').toBe(1);
  });
});

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
}

async function imageOf(container: string): Promise<string> {
  return (
    await project.docker('inspect', container, '--format', '{{.Config.Image}}')
  ).stdout.trim();
}

/** How many embedding jobs are active. */
async function embedding(): Promise<number> {
  const counts = json(await project.pulse('queue', 'counts', '--json')) as {
    queue: string;
    active: number;
  }[];
  return counts.find(({ queue }) => queue === 'embedding')?.active ?? 0;
}

/** `2` is what the dev stack gives TEI. */
const limitTei = (cpus: string): Promise<Ended> =>
  project.docker('update', '--cpus', cpus, project.container('tei'));

/** The sample is then new to the stack. */
async function beginWithoutDocuments(): Promise<void> {
  await project.beginWith();
  if ((await audit()).documents === 0) return;
  expect(await project.pulse('delete', '--all', '--yes')).toMatchObject({ code: 0 });
}

describe('documents', () => {
  test('of a killed worker are indexed exactly once, and the next ./pulse up brings it back', async () => {
    await beginWithoutDocuments();
    // Both workers hold embedding jobs that take minutes: more are active than one of them may have.
    // TEI is slow, and not stopped: before its first call a worker asks TEI for its model, and gives
    // the job back when no answer comes within seconds.
    const slow = await limitTei('0.1');
    onTestFinished(() => limitTei('2').then(() => undefined));
    expect(slow).toMatchObject({ code: 0 });
    expect(await project.pulse('index', 'samples', '--json')).toMatchObject({ code: 0 });
    await eventually('more active jobs than one worker may have', async () =>
      expect(await embedding()).toBeGreaterThan(4),
    );
    await project.docker('kill', '--signal', 'KILL', project.container('webhook-worker-2'));
    expect(await limitTei('2')).toMatchObject({ code: 0 });
    await eventually('every document and chunk in both indexes', async () => {
      const { chunks, keywordRows, points, ...rest } = await audit();
      expect(rest).toEqual({ ok: true, documents: sampleSize, findings: [] });
      expect([keywordRows, points]).toEqual([chunks, chunks]);
    });

    // A dead worker is missed once its last heartbeat is too old.
    await eventually('a verification that misses the worker', async () => {
      const verification = await project.pulse('verify', '--json');
      expect(verification.code).toBe(1);
      expect(
        json(verification).checks.find(({ name }: { name: string }) => name === 'workers'),
      ).toMatchObject({ ok: false, code: 'WORKERS_MISSING' });
    });
    await project.up();
    await project.ready();
  });

  test('that have not changed are recognised without TEI, and no count changes', async () => {
    await project.beginWith();
    expect(await project.pulse('index', 'samples', '--wait')).toMatchObject({ code: 0 });
    const before = await auditWithoutCanary();
    await project.docker('stop', project.container('tei'));
    expect(json(await project.pulse('index', 'samples', '--wait', '--json'))).toMatchObject({
      accepted: 0,
      unchanged: sampleSize,
    });
    expect(await audit()).toEqual(before);
    await project.docker('start', project.container('tei'));
  });

  test('are found by keyword while the GPU services are away, and by meaning once they are back', async () => {
    await project.beginWith();
    const { documents } = await audit();
    const gpu = ['tei', 'qdrant', 'ollama'].map((name) => project.container(name));
    await project.docker('stop', ...gpu);
    const page = JSON.stringify({
      url: 'https://docs.example.org/quokka',
      title: 'Quokkas',
      markdown: 'The quokka is a small marsupial that smiles at visitors.',
    });
    const indexed = await project.run('sh', [
      '-c',
      'printf %s "$1" | "$2" cli/main.ts index - --stack "$3"',
      'sh',
      page,
      process.execPath,
      project.stack,
    ]);
    expect(indexed).toMatchObject({ code: 0, stdout: expect.stringContaining('1 accepted') });
    await eventually('the new page by keyword', async () => {
      expect(json(await project.pulse('search', 'quokka', '--json'))).toMatchObject({
        degraded: true,
        results: [{ url: 'https://docs.example.org/quokka' }],
      });
    });
    // Who stops waiting for the vectors loses nothing.
    const file = join(project.folder, 'quokka.jsonl');
    writeFileSync(file, page);
    expect(await project.interrupted(/: 0 of 1/, 'index', file, '--wait')).toMatchObject({
      code: 130,
      stderr: expect.stringContaining('Interrupted. What was begun is kept'),
    });
    const verification = await project.pulse('verify', '--json');
    expect(verification.code).toBe(1);
    const failed = json(verification)
      .checks.filter(({ ok }: { ok: boolean }) => !ok)
      .map(({ code }: { code: string }) => code);
    expect(failed).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^TEI_(DNS|REFUSED|TIMEOUT|UNREACHABLE)$/),
        expect.stringMatching(/^QDRANT_/),
        expect.stringMatching(/^OLLAMA_/),
      ]),
    );

    await project.docker('start', ...gpu);
    await eventually('the new page by meaning', async () => {
      const answer = await project.pulse(
        'search',
        'an animal from Australia',
        '--mode',
        'semantic',
        '--limit',
        '1',
        '--json',
      );
      expect(json(answer)).toMatchObject({
        results: [{ url: 'https://docs.example.org/quokka' }],
      });
    });
    expect(await audit()).toMatchObject({ ok: true, documents: documents + 1 });
  });
});

test('a destroyed stack leaves only its data volumes, which the next ./pulse up opens with new passwords', async () => {
  await project.beginWith();
  const kept = { url: 'https://docs.example.org/kept', title: 'Kept', markdown: 'To be kept.' };
  expect(await project.index([kept], '--wait')).toMatchObject({ code: 0 });
  const before = await auditWithoutCanary();
  const worker = project.container('webhook-worker-1');
  const password = () => project.docker('inspect', worker, '--format', '{{json .Config.Env}}');
  const old = (await password()).stdout;
  expect(await project.pulse('down', '--yes')).toMatchObject({ code: 0 });
  const left = (...list: string[]) =>
    project.dockerLines(...list, '--filter', `name=${project.prefix}_`, '--quiet');
  expect(await left('ps', '--all')).toEqual([]);
  expect(
    (await project.docker('network', 'ls', '--filter', `name=${project.prefix}`, '--quiet')).stdout,
  ).toBe('');
  expect((await left('volume', 'ls')).sort()).toEqual(
    ['bm25', 'hf_cache', 'ollama', 'postgres', 'qdrant', 'redis'].map((name) =>
      project.container(name),
    ),
  );

  await project.up();
  expect((await password()).stdout).not.toBe(old);
  expect(await auditWithoutCanary()).toEqual(before);
});
