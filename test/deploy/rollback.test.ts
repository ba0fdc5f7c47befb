import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import type { Release } from '../../settings/releases.ts';
import { cacheFolder } from '../../toolchain/cache.ts';
import { first as certified } from '../harness/certificates.ts';
import { gpuHostAddress, gpuHostSettings, startGpuHost } from './gpu-host.ts';
import type { GpuHost } from './gpu-host.ts';
import { imageOf } from './images.ts';
import { Project } from './project.ts';
import { StackApi } from './stack-api.ts';

const project = new Project();
const source = join(project.folder, 'worker/worker.ts');
const address = await gpuHostAddress();
/** A folder of the host with something that is not the stack's. */
const appdata = mkdtempSync(join(tmpdir(), 'pulse-appdata-'));
let gpuHost: GpuHost;
/** The image of the first release, and the source of another one. */
let first: string;
let changed: string;

beforeAll(async () => {
  gpuHost = await startGpuHost(`${project.prefix}-elsewhere`, address);
  await project.prepare({
    ...gpuHostSettings(address, project.gateway),
    appdataBase: appdata,
    workerReplicas: '1',
    apiReplicas: '1',
    ...(await ownImages()),
  });
  await project.up();
  first = await runningImage();
  changed = `${readFileSync(source, 'utf8')}\n// another release\n`;
});
afterAll(async () => {
  await project.remove();
  await gpuHost[Symbol.asyncDispose]();
  rmSync(appdata, { recursive: true });
});

/** Names for the images of this stack alone, so that it may remove them. */
async function ownImages(): Promise<Record<string, string>> {
  const names = ['postgres', 'redis', 'haproxy', 'prometheus', 'alertmanager'] as const;
  const named = names.map(async (store) => {
    const own = `${project.prefix}/${store}:own`;
    await project.docker('tag', await imageOf(store), own);
    return [`${store}Image`, own] as const;
  });
  return Object.fromEntries(await Promise.all(named));
}

const inspectWorker = async (format: string): Promise<string> =>
  (
    await project.docker('inspect', project.container('webhook-worker-1'), '--format', format)
  ).stdout.trim();
const runningImage = () => inspectWorker('{{.Config.Image}}');
const listReleases = async (): Promise<readonly (Release & { isOnHost: boolean })[]> =>
  JSON.parse((await project.pulse('releases', '--json')).stdout).releases;

async function rollBack(): Promise<void> {
  await project.rollBack();
  expect(await runningImage()).toBe(first);
  expect(await inspectWorker('{{.Config.Env}}')).toContain('WEBHOOK_LOG_LEVEL=INFO');
}

/** Goes forward again, to the sources with another setting. */
function changeAgain(settings: Readonly<Record<string, string>>): void {
  writeFileSync(source, changed);
  project.configure({ workerImage: undefined, logLevel: 'DEBUG', ...settings });
}

test('going back after a good update brings the image and the settings of before, and stays', async () => {
  changeAgain({});
  await project.plainUp();
  const second = await runningImage();
  expect(second).not.toBe(first);
  expect((await listReleases()).map(({ image, isOnHost }) => [image, isOnHost])).toEqual([
    [second, true],
    [first, true],
  ]);

  await rollBack();
  expect((await listReleases()).map(({ image }) => image)).toEqual([first, second]);
  const again = await project.pulse('up', '--yes', '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, changed: 0 });
  expect(again.stderr).toContain(`pulumi config rm pulse:workerImage --stack ${project.stack}`);
});

test.each([
  // The engine refuses to start such a container, which plain Pulumi learns in the first wave.
  ['first wave', { workerNofile: '1048576' }, /rlimit/],
  ['verification', { ollamaUrl: 'http://127.0.0.1:50999' }, /OLLAMA_REFUSED/],
])(
  'going back after a failed %s brings the last release that was verified',
  async (_, settings, failure) => {
    await project.beginWith();
    changeAgain(settings);
    const failed = await project.pulumi('up', '--yes', '--skip-preview');
    expect(failed.code).not.toBe(0);
    expect(failed.stdout + failed.stderr).toMatch(failure);
    await rollBack();
    await project.settled();
  },
);

test('what a stack has on volumes moves into folders by one command, and stays there', async () => {
  const tls = { apiCertificate: certified.certificate, apiCertificateKey: certified.key };
  await project.beginWith({ monitoring: 'own', ...tls });
  const page = { url: 'https://docs.example.org/move', title: 'Move', markdown: 'A wombat moves.' };
  expect(await project.index([page], '--wait')).toMatchObject({ code: 0 });
  await project.moveData();
  const format = '{{range .Mounts}}{{.Type}} {{.Source}}\n{{end}}';
  const names = Object.keys(await project.ids());
  const mounts = await project.dockerLines('inspect', ...names, '--format', format);
  expect(mounts.filter((mount) => !mount.startsWith(`bind ${appdata}/`))).toEqual([]);
  for (const name of ['postgres', 'redis', 'prometheus', 'alertmanager'])
    expect(mounts).toContain(`bind ${appdata}/${project.prefix}_data/${name}`);
  expect(await project.index([page], '--json')).toMatchObject({
    stdout: expect.stringContaining('"unchanged":1'),
  });
  const secrets = statSync(join(appdata, `${project.prefix}_secrets`));
  expect(secrets).toMatchObject({ uid: 0, gid: 0, mode: 0o40700 });
  const api = await StackApi.open(project);
  expect((await api.askOverTls('/health')).status).toBe(200);
  await project.settled();
});

test('a stack that is uninstalled leaves nothing but what others may use', async () => {
  await project.beginWith();
  const refused = await project.pulse('uninstall', '--confirm', 'another');
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('is not stack') });
  expect(await runningImage()).not.toBe('');

  const qdrant = `http://127.0.0.1:${address.qdrant}`;
  const listCollections = async () => (await fetch(`${qdrant}/collections`)).json();
  expect(JSON.stringify(await listCollections())).toContain(`pulse-${project.stack}-`);
  const others = join(appdata, 'pulse_webhook/others');
  writeFileSync(others, 'to be kept');
  const images = await project.docker('image', 'ls', '--quiet', 'pulse-local/*');

  // A cache of its own, with the Pulumi of all the others.
  const cache = join(project.folder, 'cache');
  mkdirSync(cache);
  const pulumi = join(cacheFolder(), 'pulumi');
  const isPulumiThere = existsSync(pulumi);
  symlinkSync(pulumi, join(cache, 'pulumi'));
  writeFileSync(join(cache, 'download'), Buffer.alloc(2 ** 21));
  const confirm = ['--confirm', project.stack];
  const options = ['--folders', '--collections', '--images', '--cache', '--json'];
  const gone = await project.run('env', [
    `PULSE_CACHE=${cache}`,
    process.execPath,
    'cli/main.ts',
    'uninstall',
    '--stack',
    project.stack,
    ...confirm,
    ...options,
  ]);
  expect(JSON.parse(gone.stdout), gone.stderr).toMatchObject({
    ok: true,
    left: [],
    found: { cache: { folder: cache, mebibytes: 2 } },
  });
  expect(existsSync(cache)).toBe(false);
  expect(existsSync(pulumi)).toBe(isPulumiThere);
  const lists = [
    ['ps', '--all'],
    ['volume', 'ls'],
    ['network', 'ls'],
    ['image', 'ls'],
  ];
  for (const list of lists)
    expect((await project.docker(...list)).stdout).not.toMatch(
      new RegExp(`${project.prefix}(?!-elsewhere)`),
    );
  expect(JSON.stringify(await listCollections())).not.toContain(`pulse-${project.stack}-`);
  const { prefix } = project;
  for (const folder of ['pulse_webhook/bm25', `${prefix}_data`, `${prefix}_secrets`])
    expect(existsSync(join(appdata, folder))).toBe(false);
  expect(readFileSync(others, 'utf8')).toBe('to be kept');
  expect((await project.docker('image', 'ls', '--quiet', 'pulse-local/*')).stdout).toBe(
    images.stdout,
  );
  expect((await project.pulumi('stack', 'ls')).stdout).not.toContain(project.stack);
});
