import { randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { eventually } from '../harness/eventually.ts';
import { reservePort } from '../harness/reserve-port.ts';
import { gpuHostAddress, gpuHostSettings, startGpuHost } from './gpu-host.ts';
import type { GpuHost } from './gpu-host.ts';
import { Load } from './load.ts';
import { Project } from './project.ts';
import { Serving } from './serving.ts';
import { countDocuments, spoilStores } from './stores.ts';
import { freeSubnet } from './subnet.ts';

const project = new Project();
const workers = project.workers(4);
/** Runs the image of the workers, and is replaced when they are. */
const api = project.container('webhook-api-1');
const source = join(project.folder, 'worker/worker.ts');
const address = await gpuHostAddress();
const fourWorkers = { workerReplicas: '4' };
let gpuHost: GpuHost;
let release: string;

beforeAll(async () => {
  gpuHost = await startGpuHost(`${project.prefix}-elsewhere`, address);
  await project.prepare({ ...gpuHostSettings(address, project.gateway), workerReplicas: '2' });
  release = readFileSync(source, 'utf8');
  await project.up();
});
afterAll(() => project.remove(gpuHost));

/** Every acknowledged document is there exactly once, in every store. */
async function nothingIsLost(acknowledged: number): Promise<void> {
  await eventually('every acknowledged document in every store', async () => {
    const { documents, chunks, keywordRows, points, ok } = JSON.parse(
      (await project.pulse('audit', '--json')).stdout,
    );
    expect({ documents, keywordRows, points, ok }).toEqual({
      documents: acknowledged,
      keywordRows: chunks,
      points: chunks,
      ok: true,
    });
  });
}

/**
 * Submits a page where none is stored, so that a change has something to lose.
 *
 * @returns how many documents were acknowledged
 */
async function acknowledgedDocuments(): Promise<number> {
  const stored = await countDocuments(project);
  if (stored > 0) return stored;
  const page = { url: 'https://changes.example.org/', title: 'Changes', markdown: 'To be kept.' };
  expect(await project.index([page])).toMatchObject({ code: 0 });
  return 1;
}

async function replaced(change: () => Promise<unknown>): Promise<string[]> {
  const before = await project.ids();
  await change();
  const after = await project.ids();
  return Object.keys({ ...before, ...after })
    .filter((name) => before[name] !== after[name])
    .sort();
}

test('adding two replicas touches no other container', async () => {
  await project.beginWith({ workerReplicas: '2' });
  project.configure(fourWorkers);
  expect(await replaced(() => project.up())).toEqual(workers.slice(2));
  await project.settled();
});

/** The worker's source as that of a release that no image was built of. */
const releaseAnother = (): void =>
  writeFileSync(source, `${release}\n// release ${randomBytes(4).toString('hex')}\n`);

/** The last image is then another one than that of the release. */
async function beginWithAnotherRelease(): Promise<void> {
  await project.beginWith(fourWorkers);
  if (readFileSync(source, 'utf8') !== release) return;
  releaseAnother();
  await project.up();
}

describe('an update under load', () => {
  test.each([
    {
      what: 'a changed setting',
      begin: () => project.beginWith({ ...fourWorkers, logLevel: undefined }),
      change: () => project.configure({ logLevel: 'DEBUG' }),
      builds: 0,
    },
    {
      what: 'a new worker image',
      begin: () => project.beginWith(fourWorkers),
      change: releaseAnother,
      builds: 1,
    },
    {
      what: 'the last image again, and builds none,',
      begin: beginWithAnotherRelease,
      change: () => writeFileSync(source, release),
      builds: 0,
    },
  ])(
    'rolls out $what while at least half of the workers serve, and loses no document',
    async ({ what, begin, change, builds }) => {
      await begin();
      const [documents, images] = [
        await countDocuments(project),
        new Set(await project.workerImages()),
      ];
      using serving = new Serving(workers);
      await using load = new Load(project, what.replaceAll(/\W+/g, '-'));
      change();
      expect(await replaced(() => project.up())).toEqual([api, ...workers]);
      const acknowledged = await load.stop();
      await eventually('four serving workers', () => expect(serving.now).toBe(4));
      expect(serving.least).toBe(2);
      expect(serving.exitCodes, 'every worker finished its drain').toEqual(['0', '0', '0', '0']);
      await nothingIsLost(documents + acknowledged);
      await project.settled();
      const built = (await project.workerImages()).filter((image) => !images.has(image));
      expect(built).toHaveLength(builds);
    },
  );
});

test('an update to an unreachable TEI or with faulty stores is refused before anything is replaced', async () => {
  await project.beginWith();
  const before = await project.ids();
  const teiUrl = String(project.setting('teiUrl'));
  const unreachable = new URL(teiUrl);
  unreachable.port = String(await reservePort());
  {
    await using _stores = await spoilStores(project);
    project.configure({ teiUrl: unreachable.origin });
    const { code, stdout, stderr } = await project.pulse('up', '--yes', '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      steps: [
        { step: 'tools', ok: true },
        { step: 'stack', ok: true },
        { step: 'preflight', ok: false },
      ],
    });
    expect(stderr).toMatch(
      /preflight, before anything was replaced[^]*POSTGRES_READ_ONLY[^]*REDIS_EVICTION[^]*TEI_REFUSED/,
    );
    expect(await project.ids()).toEqual(before);
  }
  project.configure({ teiUrl });
  await project.settled();
});

test('a roll-out whose first wave stays unhealthy stops and says why, and a later ./pulse up ends it', async () => {
  await project.beginWith(fourWorkers);
  const flag = '/app/data/bm25/cause';
  const startsOnlyWithoutFlag = [
    "import { existsSync } from 'node:fs';",
    `if (existsSync('${flag}')) {`,
    "  console.error('the licence server is away');",
    '  await new Promise((resolve) => setTimeout(resolve, 1e9));',
    '}',
    readFileSync(source, 'utf8'),
  ];
  writeFileSync(source, startsOnlyWithoutFlag.join('\n'));
  await project.docker('exec', workers[1]!, 'touch', flag);
  const before = await project.ids();
  const failed = await project.pulse('up', '--yes');
  expect(failed.code).toBe(1);
  expect(failed.stderr).toMatch(
    new RegExp(`${workers[0]} is (unhealthy|starting)[^]*the licence server is away`),
  );
  expect(failed.stderr).toMatch(/6 of 8 containers are healthy and serve on/);
  const after = await project.ids();
  expect([after[workers[1]!], after[workers[3]!]]).toEqual([
    before[workers[1]!],
    before[workers[3]!],
  ]);

  await project.docker('exec', workers[1]!, 'rm', flag);
  await project.up();
  await project.ready();
  await project.settled();
});

test('new passwords reach stores and workers without loss of documents, and replace the old ones', async () => {
  await project.beginWith();
  const documents = await acknowledgedDocuments();
  const urlOf = async (variable: string) =>
    /^.*$/m.exec((await project.docker('exec', workers[0]!, 'printenv', variable)).stdout)?.[0] ??
    '';
  const old = {
    WEBHOOK_DATABASE_URL: await urlOf('WEBHOOK_DATABASE_URL'),
    REDIS_URL: await urlOf('REDIS_URL'),
  };
  for (const key of ['postgresPassword', 'redisPassword'])
    await project.pulumi(
      'config',
      'set',
      '--secret',
      `pulse:${key}`,
      randomBytes(32).toString('hex'),
    );
  await project.up();
  await nothingIsLost(documents);
  await project.settled();
  const asked = await project.docker(
    'exec',
    '--env',
    `WEBHOOK_DATABASE_URL=${old.WEBHOOK_DATABASE_URL}`,
    '--env',
    `REDIS_URL=${old.REDIS_URL}`,
    workers[0]!,
    'node',
    'worker/cli.ts',
    'verify',
    '--report',
    '--no-canary',
  );
  const codes = JSON.parse(asked.stdout).checks.map(({ code }: { code: string | null }) => code);
  expect(codes).toEqual(expect.arrayContaining(['POSTGRES_AUTH', 'REDIS_AUTH']));
});

test('a new image of Postgres and of Redis replaces only these two and keeps their data', async () => {
  await project.beginWith();
  const documents = await acknowledgedDocuments();
  const images: Record<string, string> = {};
  for (const store of ['postgres', 'redis']) {
    const { stdout } = await project.docker(
      'inspect',
      project.container(store),
      '--format',
      '{{.Config.Image}}',
    );
    images[`${store}Image`] = `${project.prefix}/${store}:next`;
    await project.run('sh', [
      '-c',
      'printf "FROM $1\\nLABEL next=yes\\n" | docker build --quiet --tag "$2" -',
      'sh',
      stdout.trim(),
      images[`${store}Image`]!,
    ]);
  }
  project.configure(images);
  expect(await replaced(() => project.up())).toEqual([
    project.container('postgres'),
    project.container('redis'),
  ]);
  await nothingIsLost(documents);
  await project.settled();
});

test('a new subnet is refused as an outage, by plain Pulumi too, until the configuration allows it', async () => {
  await project.beginWith();
  const documents = await acknowledgedDocuments();
  const before = await project.ids();
  const subnet = freeSubnet();
  project.configure({
    subnet: `${subnet}.0/24`,
    gateway: `${subnet}.1`,
    ...gpuHostSettings(address, `${subnet}.1`),
  });
  for (const args of [['preview'], ['up', '--yes', '--skip-preview']]) {
    const { code, stdout, stderr } = await project.pulumi(...args);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain(`pulumi config set pulse:allowOutage ${subnet}.0/24`);
  }
  expect(await project.ids()).toEqual(before);
  project.configure({ allowOutage: `${subnet}.0/24` });
  await project.plainUp();
  await nothingIsLost(documents);
  await project.settled();
});

test('removing two replicas touches no other container', async () => {
  await project.beginWith(fourWorkers);
  project.configure({ workerReplicas: '2' });
  expect(await replaced(() => project.up())).toEqual(workers.slice(2));
  await project.settled();
});
