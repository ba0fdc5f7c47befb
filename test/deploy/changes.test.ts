import { randomBytes } from 'node:crypto';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { eventually } from '../harness/eventually.ts';
import { reservePort } from '../harness/reserve-port.ts';
import { gpuHostAddress, gpuHostSettings, startGpuHost } from './gpu-host.ts';
import type { GpuHost } from './gpu-host.ts';
import { Load } from './load.ts';
import { Project } from './project.ts';
import type { Ended } from './project.ts';
import { Serving } from './serving.ts';
import { freeSubnet } from './subnet.ts';

const project = new Project();
const workers = project.workers(4);
const source = join(project.folder, 'worker/worker.ts');
const address = await gpuHostAddress();
const elsewhere = gpuHostSettings(address, project.gateway);
let gpuHost: GpuHost;
let documents = 0;
let release: string;

beforeAll(async () => {
  gpuHost = await startGpuHost(`${project.prefix}-elsewhere`, address);
  await project.prepare({ ...elsewhere, workerReplicas: '2' });
  release = readFileSync(source, 'utf8');
  await project.up();
});
afterAll(async () => {
  await project.remove();
  await gpuHost[Symbol.asyncDispose]();
});

/** Every acknowledged document is there exactly once, in every store. */
async function nothingIsLost(): Promise<void> {
  await eventually('every acknowledged document in every store', async () => {
    const {
      documents: stored,
      chunks,
      keywordRows,
      points,
      ok,
    } = JSON.parse((await project.pulse('audit', '--json')).stdout);
    expect({ stored, keywordRows, points, ok }).toEqual({
      stored: documents,
      keywordRows: chunks,
      points: chunks,
      ok: true,
    });
  });
}

/** Runs a shell script in a store's container; `$1` and so on are the arguments. */
function runInStore(store: string, script: string, args: readonly string[]): Promise<Ended> {
  return project.docker('exec', project.container(store), 'sh', '-c', script, 'sh', ...args);
}
/** Carries out one statement; it may write even where the role's transactions are read-only. */
const psql = [
  'export PGOPTIONS="-c default_transaction_read_only=off"',
  'export PGPASSWORD="$POSTGRES_PASSWORD"',
  'psql -h "$(hostname)" -U "$POSTGRES_USER" -d "$POSTGRES_DB" -c "$1"',
].join('\n');

async function replaced(change: () => Promise<unknown>): Promise<string[]> {
  const before = await project.ids();
  await change();
  const after = await project.ids();
  return Object.keys({ ...before, ...after })
    .filter((name) => before[name] !== after[name])
    .sort();
}

test('adding two replicas touches no other container', async () => {
  project.configure({ workerReplicas: '4' });
  expect(await replaced(() => project.up())).toEqual(workers.slice(2));
  await project.settled();
});

describe('an update under load', () => {
  test.each([
    ['a changed setting', () => project.configure({ logLevel: 'DEBUG' })],
    ['a new worker image', () => appendFileSync(source, '\n// the next release\n')],
    ['the last image again', () => writeFileSync(source, release)],
  ])(
    'rolls out %s while at least half of the workers serve, and loses no document',
    async (name, change) => {
      using serving = new Serving(workers);
      const load = new Load(project, name.replaceAll(' ', '-'));
      change();
      expect(await replaced(() => project.up())).toEqual(workers);
      documents += await load.stop();
      await eventually('four serving workers', () => expect(serving.now).toBe(4));
      expect(serving.least).toBe(2);
      expect(serving.exitCodes, 'every worker finished its drain').toEqual(['0', '0', '0', '0']);
      await nothingIsLost();
      await project.settled();
    },
  );

  test('builds no image when it returns to the last one', async () => {
    expect(await project.workerImages()).toHaveLength(2);
  });
});

test('an update to an unreachable TEI or with faulty stores is refused before anything is replaced', async () => {
  const before = await project.ids();
  project.configure({ teiUrl: `http://${project.gateway}:${await reservePort()}` });
  // What their own health checks do not notice.
  const setEviction = (policy: string) =>
    runInStore('redis', 'REDISCLI_AUTH="$REDIS_PASSWORD" redis-cli config set "$1" "$2"', [
      'maxmemory-policy',
      policy,
    ]);
  const alterRole = (change: string) =>
    runInStore('postgres', psql, [`ALTER ROLE CURRENT_USER ${change}`]);
  expect([
    await setEviction('allkeys-lru'),
    await alterRole('SET default_transaction_read_only = on'),
  ]).toMatchObject([{ code: 0 }, { code: 0 }]);
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
    /preflight, before anything was replaced[^]*POSTGRES_WRITE[^]*REDIS_EVICTION[^]*TEI_REFUSED/,
  );
  expect(await project.ids()).toEqual(before);
  project.configure(elsewhere);
  expect([
    await setEviction('noeviction'),
    await alterRole('RESET default_transaction_read_only'),
  ]).toMatchObject([{ code: 0 }, { code: 0 }]);
  await project.settled();
});

test('a roll-out whose first wave stays unhealthy stops and says why, and a later ./pulse up ends it', async () => {
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
  expect(failed.stderr).toMatch(/4 of 6 containers are healthy and serve on/);
  const after = await project.ids();
  expect([after[workers[1]!], after[workers[3]!]]).toEqual([
    before[workers[1]!],
    before[workers[3]!],
  ]);

  await project.docker('exec', workers[1]!, 'rm', flag);
  await project.up();
  expect(await project.pulse('status')).toMatchObject({ code: 0 });
  await project.settled();
});

test('new passwords reach stores and workers without loss of documents, and replace the old ones', async () => {
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
  await nothingIsLost();
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
  await nothingIsLost();
  await project.settled();
});

test('a new subnet is refused as an outage, by plain Pulumi too, until the configuration allows it', async () => {
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
  const confirmed = await project.pulumi('up', '--yes', '--skip-preview');
  expect(confirmed.code, confirmed.stdout + confirmed.stderr).toBe(0);
  await nothingIsLost();
  await project.settled();
});

test('removing two replicas touches no other container', async () => {
  project.configure({ workerReplicas: '2' });
  expect(await replaced(() => project.up())).toEqual(workers.slice(2));
  await project.settled();
});
