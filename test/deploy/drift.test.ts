import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { eventually } from '../harness/eventually.ts';
import { loadImage } from './dated-image.ts';
import { gpuHostAddress, gpuHostSettings, startGpuHost } from './gpu-host.ts';
import type { GpuHost } from './gpu-host.ts';
import { Project } from './project.ts';

const project = new Project();
const [first, second] = project.workers(2) as [string, string];
const redis = project.container('redis');
/** Of images; what is made later than a day ago stays for an update that runs. */
const longAgo = '2026-01-01T00:00:00Z';
const address = await gpuHostAddress();
const elsewhere = gpuHostSettings(address, project.gateway);
let gpuHost: GpuHost;

beforeAll(async () => {
  gpuHost = await startGpuHost(`${project.prefix}-elsewhere`, address);
  // A frozen worker is unhealthy after three checks.
  await project.prepare({ ...elsewhere, healthInterval: '2s' });
  await project.up();
});
afterAll(() => project.remove(gpuHost));

const status = async () => {
  const { code, stdout } = await project.pulse('status', '--json');
  return { code, ...(JSON.parse(stdout) as { ready: boolean; why: string[] }) };
};
const disconnect = (container: string) =>
  project.docker('network', 'disconnect', project.prefix, container);
/** Stops the worker inside, not the init above it. */
const freeze = (container: string) =>
  project.docker('exec', container, 'sh', '-c', 'kill -STOP $(cat /proc/1/task/1/children)');

/** What is done to a container, and what `./pulse status` then says of it. */
const harms = {
  'a removed worker': [() => project.docker('rm', '--force', first), `${first} is missing`],
  'a stopped worker': [() => project.docker('stop', second), `${second} is exited`],
  'a worker off its network': [() => disconnect(first), `${first} is off the stack's network`],
  'a frozen worker': [() => freeze(second), `${second} is unhealthy`],
  'a store off its network': [() => disconnect(redis), `${redis} is off the stack's network`],
  'a removed store': [() => project.docker('rm', '--force', redis), `${redis} is missing`],
} as const;

describe('the next ./pulse up', () => {
  test.each([
    ['a removed worker', 'a stopped worker', 'a store off its network'],
    ['a worker off its network', 'a frozen worker', 'a removed store'],
  ] as const)('repairs %s, %s and %s without being told of it', async (...names) => {
    await project.beginWith();
    for (const name of names) await harms[name][0]();
    // The engine notices it after three checks. Asking it costs less than a status does.
    if ((names as readonly string[]).includes('a frozen worker'))
      await eventually('an unhealthy worker', async () =>
        expect(
          await project.dockerLines('ps', '--filter', 'health=unhealthy', '--format', '{{.Names}}'),
        ).toContain(second),
      );
    await eventually('a status with the reasons', async () => {
      const { code, why } = await status();
      expect(code).toBe(1);
      for (const name of names) expect(why.join('\n')).toContain(harms[name][1]);
    });
    await project.up();
    await project.ready();
    await project.settled();
  });
});

test('a verification misses a removed worker as soon as its last heartbeat is too old', async () => {
  await project.beginWith();
  await project.docker('rm', '--force', first);
  await eventually('a verification that misses the worker', async () => {
    const { code, stdout } = await project.pulse('verify', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout).checks).toContainEqual(
      expect.objectContaining({
        code: 'WORKERS_MISSING',
        problem: expect.stringContaining('1 of 2 workers'),
      }),
    );
  });
  await project.up();
});

test('the next ./pulse up removes old images: of the worker, and of backups that no container makes', async () => {
  await project.beginWith();
  const [running] = await project.workerImages();
  const [used, unused, young] = ['used', 'unused', 'young'].map(
    (one) => `pulse-backup:${one}-of-${project.stack}`,
  ) as [string, string, string];
  await loadImage(unused, longAgo);
  await loadImage(young, new Date().toISOString());
  const user = project.container('user-of-backup');
  // Updates of other stacks on this engine remove it as well, as long as no container uses it.
  await eventually('a container that uses the image', async () => {
    await loadImage(used, longAgo);
    const created = await project.docker('create', '--pull=never', '--name', user, used, 'nothing');
    expect(created).toMatchObject({ code: 0 });
  });
  const builds = [1, 2, 3, 4].map((build) => `${project.container('webhook-worker')}:old-${build}`);
  for (const tag of builds)
    await project.run('sh', [
      '-c',
      'printf "FROM $1\\nLABEL build=$2\\n" | docker build --quiet --tag "$2" -',
      'sh',
      running!,
      tag,
    ]);
  await project.up();
  const left = await project.workerImages();
  expect(left, 'the running one and the last three').toHaveLength(4);
  expect(left).toContain(running);
  const format = ['--format', '{{.Repository}}:{{.Tag}}'];
  const ofBackups = await project.dockerLines('image', 'ls', 'pulse-backup', ...format);
  expect(ofBackups).toEqual(expect.arrayContaining([used, young]));
  expect(ofBackups).not.toContain(unused);
  await project.docker('rm', user);
  await project.docker('image', 'rm', used, young);
});

test('./pulse logs shows the log of one container, or of all containers in order of time', async () => {
  await project.beginWith();
  expect((await project.pulse('logs', 'webhook-worker-1')).stdout).toContain('taking jobs');
  const door = (await project.pulse('logs', 'webhook')).stdout;
  expect(door, 'only the front door').not.toContain('taking jobs');
  const lines = (await project.pulse('logs', '--json')).stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { container: string; at: string });
  expect(new Set(lines.map(({ container }) => container))).toEqual(
    new Set(Object.keys(await project.ids())),
  );
  expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).sort());
  expect(await project.pulse('logs', 'nobody')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('has no container nobody'),
  });
});
