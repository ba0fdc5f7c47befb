import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';

import { eventually } from '../harness/eventually.ts';
import { extractCommit, oldestRelease } from '../harness/history.ts';
import { gpuHostAddress, gpuHostSettings, startGpuHost } from './gpu-host.ts';
import type { GpuHost } from './gpu-host.ts';
import { imageOf } from './images.ts';
import { Project } from './project.ts';
import type { Ended } from './project.ts';
import { copySources, removeSources } from './sources.ts';

const ownPassword = 'chosen-by-the-operator-of-this-stack-84';
const project = new Project();
let gpuHost: GpuHost;
/** What that release could not be told: it is set with the update, as an operator would. */
let newSettings: Record<string, string>;

beforeAll(async () => {
  await project.prepare({ workerReplicas: '1' });
  // Pulumi as this release has it; the program and its plugins are of the same versions.
  await project.exports();
  const address = await gpuHostAddress();
  gpuHost = await startGpuHost(project.container('gpu-host-qdrant'), address);
  removeSources(project.folder, project.stack);
  await extractCommit(oldestRelease, project.folder);
  newSettings = await configureOldest(gpuHostSettings(address, project.gateway));
});
afterAll(() => project.remove(gpuHost));

/** @returns the settings that the release does not know, which are taken out */
async function configureOldest(gpuHostOf: Record<string, string>): Promise<Record<string, string>> {
  const { config: known } = parse(readFileSync(join(project.folder, 'Pulumi.yaml'), 'utf8')) as {
    config: Record<string, unknown>;
  };
  const file = join(project.folder, `Pulumi.${project.stack}.yaml`);
  const { config } = parse(readFileSync(file, 'utf8')) as { config: Record<string, string> };
  const unknown = Object.entries(config)
    .map(([key, value]) => [key.replace('pulse:', ''), value] as const)
    .filter(([key]) => !(key in known));
  project.configure({
    ...Object.fromEntries(unknown.map(([key]) => [key, undefined])),
    ...gpuHostOf,
    postgresImage: await imageOf('postgres'),
    redisImage: await imageOf('redis'),
    workerBaseImage: await imageOf('node'),
  });
  return Object.fromEntries(unknown);
}

const page = (name: string, text = `The page ${name} is about quokkas.`) => ({
  url: `https://oldest.example/${name}`,
  title: name,
  markdown: text,
});
const pages = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => page(`page-${from + index}`));
const ok = ({ code, stdout, stderr }: Ended) => expect(code, stdout + stderr).toBe(0);

/** The command line of the release that its image has. */
function inWorker(records: readonly object[], ...args: string[]): Promise<Ended> {
  const file = join(project.folder, 'records.jsonl');
  writeFileSync(file, records.map((record) => `${JSON.stringify(record)}\n`).join(''));
  const [worker = ''] = project.workers(1);
  return project.run('sh', [
    '-c',
    `exec docker exec -i ${worker} node worker/cli.ts "$@" < ${file}`,
    'sh',
    ...args,
  ]);
}

const madeAt = (...volumes: string[]) =>
  project.dockerLines(
    'volume',
    'inspect',
    '--format',
    '{{.Name}} {{.CreatedAt}}',
    ...volumes.map((name) => `${project.prefix}_${name}`),
  );
const stores = ['postgres_data', 'redis_data'];

test('a stack that 84aa6d3 deployed is updated with its documents, failure, pause and password', async () => {
  ok(await project.pulumi('stack', 'init'));
  ok(await project.pulumi('config', 'set', '--secret', 'pulse:postgresPassword', ownPassword));
  ok(await project.pulumi('up', '--yes', '--skip-preview'));
  ok(await inWorker(pages(0, 1_000), 'index', '-', '--wait'));
  gpuHost.tei.failFor('indigestible', 'refused');
  const failed = await inWorker([page('failed', 'An indigestible page.')], 'index', '-', '--wait');
  expect(failed.code).not.toBe(0);
  ok(await inWorker([], 'queue', 'pause'));
  ok(await inWorker(pages(1_000, 1_010), 'index', '-'));
  const made = await madeAt(...stores);

  removeSources(project.folder, project.stack);
  await copySources(project.folder);
  project.configure(newSettings);
  const { stdout, stderr } = await project.up();

  expect(stdout + stderr).toContain('is up; its queue is paused, so no document was tried');
  expect(await madeAt(...stores)).toEqual(made);
  const { stdout: outputs } = await project.pulumi('config', 'get', 'pulse:postgresPassword');
  expect(outputs.trim()).toBe(ownPassword);
  const queues = JSON.parse((await project.pulse('queue', 'counts', '--json')).stdout) as {
    paused: boolean;
  }[];
  expect(queues.map(({ paused }) => paused)).toEqual([true, true]);
  expect((await project.pulse('queue', 'list', 'failed')).stdout).toContain(
    'oldest.example/failed',
  );
  ok(await project.pulse('queue', 'resume'));
  await eventually('stores that agree', async () =>
    expect(JSON.parse((await project.pulse('audit', '--json')).stdout)).toMatchObject({
      documents: 1_011,
      pending: 0,
      ok: true,
    }),
  );
  const found = await project.pulse('search', 'page-1007 quokkas', '--mode', 'keyword', '--json');
  expect(JSON.parse(found.stdout)).toMatchObject({
    results: expect.arrayContaining([
      expect.objectContaining({ url: 'https://oldest.example/page-1007' }),
    ]),
  });
  await project.settled();
});
