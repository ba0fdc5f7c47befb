import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { Project } from './project.ts';

/**
 * A host that the old deployment left: its `.env`, its network, a data folder with something in it,
 * and no Pulse.
 */
const project = new Project();
const appdata = mkdtempSync(join(tmpdir(), 'pulse-appdata-'));
const bm25 = join(appdata, 'pulse_webhook/bm25');
const marker = join(bm25, 'made-before.txt');
const look = (path: string) => {
  const { uid, gid, mode } = statSync(path);
  return { uid, gid, mode: mode & 0o7777 };
};
const network = async (format: string) =>
  (await project.docker('network', 'inspect', project.prefix, '--format', format)).stdout.trim();
const volumes = () =>
  project.dockerLines('volume', 'ls', '--quiet', '--filter', `name=^${project.prefix}_`);
const importOld = () => project.pulse('config', 'import', 'old.env', '--json');
/** What an import of the old `.env` writes into the stack's file. */
const imported = ['appdataBase', 'workerBatchSize', 'postgresPassword', 'redisPassword'];
let before: { id: string; folder: ReturnType<typeof look> };

async function importOnce(): Promise<void> {
  if (project.setting('redisPassword') === undefined)
    expect(await importOld()).toMatchObject({ code: 0 });
}
async function beginImported(): Promise<void> {
  await importOnce();
  await project.beginWith();
}
/** As before the first deployment. The host keeps its network and its folders when it ends. */
async function beginUndeployed(): Promise<void> {
  if (Object.keys(await project.ids()).length > 0)
    expect(await project.pulse('down', '--yes')).toMatchObject({ code: 0 });
  project.configure({ appdataBase: appdata, network: undefined });
}

beforeAll(async () => {
  await project.prepare({ workerReplicas: '1', protectData: 'true' });
  await project.docker(
    'network',
    'create',
    '--subnet',
    String(project.setting('subnet')),
    '--gateway',
    project.gateway,
    project.prefix,
  );
  mkdirSync(bm25, { recursive: true });
  writeFileSync(marker, 'kept');
  chmodSync(bm25, 0o777);
  before = { id: await network('{{.Id}}'), folder: look(bm25) };
  writeFileSync(
    join(project.folder, 'old.env'),
    [
      'REDIS_URL=redis://:plain-redis@pulse_redis:6379/0',
      'WEBHOOK_DATABASE_URL=postgresql+asyncpg://firecrawl:plain-postgres@pulse_postgres:5432/pulse_postgres',
      'WEBHOOK_WORKER_BATCH_SIZE=2',
      `APPDATA_BASE=${appdata}`,
      'FIRECRAWL_BASE_URL=http://firecrawl:3002',
      'SOMETHING_ELSE=1',
      '',
    ].join('\n'),
  );
});
afterAll(async () => {
  await project.pulse('down', '--data', '--confirm', project.stack);
  try {
    await project.remove();
  } finally {
    execFileSync('docker', ['network', 'rm', project.prefix]);
    rmSync(appdata, { recursive: true, force: true });
  }
});

describe('a host of the old deployment', () => {
  test('keeps settings of its .env, gets new secrets and is told of unknown lines', async () => {
    project.configure(Object.fromEntries(imported.map((key) => [key, undefined])));
    const { code, stdout, stderr } = await importOld();
    expect(code, stderr).toBe(0);
    const outcomes = Object.fromEntries(
      (JSON.parse(stdout) as { lines: { name: string; outcome: string }[] }).lines.map(
        ({ name, outcome }) => [name, outcome],
      ),
    );
    expect(outcomes).toEqual({
      APPDATA_BASE: 'set',
      FIRECRAWL_BASE_URL: 'not needed',
      REDIS_URL: 'made anew',
      SOMETHING_ELSE: 'not understood',
      WEBHOOK_DATABASE_URL: 'made anew',
      WEBHOOK_WORKER_BATCH_SIZE: 'set',
    });
    const password = await project.pulumi('config', 'get', 'pulse:redisPassword');
    expect(password.stdout).toMatch(/^[0-9a-f]{64}\n?$/);
    expect(
      readFileSync(join(project.folder, `Pulumi.${project.stack}.yaml`), 'utf8'),
    ).not.toContain(password.stdout.trim());
  });

  test('has its network and its data folder used as they are', async () => {
    await importOnce();
    await beginUndeployed();
    const { stderr } = await project.up();
    expect(stderr).toContain(`Network ${project.prefix} is there already`);
    expect(await network('{{.Id}}')).toBe(before.id);
    expect(await network('{{range .Containers}}{{.Name}} {{end}}')).toContain(
      project.container('webhook-worker-1'),
    );
    expect(look(bm25)).toEqual(before.folder);
    expect(readFileSync(marker, 'utf8')).toBe('kept');
    expect(
      (await project.docker('exec', project.container('webhook-worker-1'), 'ls', '/app/data/bm25'))
        .stdout,
    ).toContain('made-before.txt');
    await project.settled();
    expect(await project.pulumi('preview', '--refresh', '--expect-no-changes')).toMatchObject({
      code: 0,
    });
  });

  test("gets a missing data folder that belongs to the workers' user", async () => {
    await importOnce();
    const fresh = join(appdata, 'fresh');
    mkdirSync(fresh, { recursive: true });
    project.configure({ appdataBase: fresh });
    await project.up();
    for (const part of ['pulse_webhook', 'pulse_webhook/bm25'])
      expect(look(join(fresh, part))).toEqual({ uid: 99, gid: 100, mode: 0o755 });
    const { stdout } = await project.docker(
      'inspect',
      project.container('webhook-worker-1'),
      '--format',
      '{{range .Mounts}}{{.Source}} {{.Destination}}\n{{end}}',
    );
    expect(stdout).toContain(`${fresh}/pulse_webhook/bm25 /app/data/bm25`);
  });

  test('is told of a folder that workers cannot write, before a worker is touched', async () => {
    await beginImported();
    const appdataBase = String(project.setting('appdataBase'));
    const containers = await project.ids();
    const foreign = join(appdata, 'foreign');
    mkdirSync(join(foreign, 'pulse_webhook/bm25'), { recursive: true, mode: 0o755 });
    project.configure({ appdataBase: foreign });
    const { code, stdout } = await project.pulse('up', '--yes');
    expect(code).toBe(1);
    expect(stdout).toContain(`chown -R 99:100 ${foreign}/pulse_webhook/bm25`);
    expect(await project.ids()).toEqual(containers);
    project.configure({ appdataBase });
  });

  test('keeps network, folders and protected volumes when the stack is destroyed', async () => {
    await beginImported();
    expect(await project.pulse('down', '--yes')).toMatchObject({ code: 0 });
    expect(await project.ids()).toEqual({});
    expect(await network('{{.Id}}')).toBe(before.id);
    expect(readFileSync(marker, 'utf8')).toBe('kept');
    expect(await volumes()).toContain(project.container('postgres'));
  });

  test('loses protected volumes only when the stack is named a second time', async () => {
    if (!(await volumes()).includes(project.container('postgres'))) await beginImported();
    const refused = await project.pulse('down', '--data', '--yes');
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`--data --confirm ${project.stack}`);
    expect(await volumes()).toContain(project.container('postgres'));
    expect(await project.pulse('down', '--data', '--confirm', project.stack)).toMatchObject({
      code: 0,
    });
    expect(await volumes()).toEqual([]);
  });
});
