import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { eventually } from '../harness/eventually.ts';
import { crawlPage, record, signed } from '../harness/hooks.ts';
import { OldDeployment } from './old-deployment.ts';
import { Project } from './project.ts';
import { StackApi } from './stack-api.ts';

/** A host on which the deployment that Pulse replaces runs, in one compose project with others. */
const project = new Project();
const appdata = mkdtempSync(join(tmpdir(), 'pulse-appdata-'));
const [postgres, redis, api, browser, changes, mcp] = [
  'postgres',
  'redis',
  'webhook',
  'playwright',
  'change-detection',
  'mcp',
].map((name) => project.container(name)) as [string, string, string, string, string, string];
const firecrawl = `${project.prefix}-firecrawl`;
let old: OldDeployment;

beforeAll(async () => {
  await project.prepare({ workerReplicas: '1', protectData: 'true' });
  const range = ['--subnet', String(project.setting('subnet')), '--gateway', project.gateway];
  await project.docker('network', 'create', ...range, project.prefix);
  old = await OldDeployment.start(project, appdata);
});
afterAll(async () => {
  await project.pulse('down', '--data', '--confirm', project.stack);
  await old.remove(appdata);
  try {
    await project.remove();
  } finally {
    execFileSync('docker', ['network', 'rm', project.prefix]);
    rmSync(appdata, { recursive: true, force: true });
  }
});

const ask = (container: string, query: string) =>
  project.docker(
    'exec',
    container,
    'psql',
    '-U',
    'firecrawl',
    '-d',
    'pulse_postgres',
    '-Atc',
    query,
  );
const countRows = 'SELECT count(*) FROM webhook.scraped_content';
const search = async (word: string) => {
  const { stdout } = await project.pulse('search', word, '--mode', 'keyword', '--json');
  return (JSON.parse(stdout) as { results: { url: string }[] }).results.map(({ url }) => url);
};

/** What a container of the old project is answered. */
const fetchInside = (url: string, options: object = {}) =>
  old.inside(
    mcp,
    `fetch(${url}, ${JSON.stringify(options)})
      .then(async (answer) => console.log(answer.status, (await answer.text()).slice(0, 400)))`,
  );

test('the old deployment is replaced step by step as docs/migration.md says, and comes back', async () => {
  await old.fillPages();
  // Compose waits for the start of Redis, and not until it answers.
  await eventually('the old Redis', async () => {
    const set = ['redis-cli', 'set', 'of-firecrawl', 'kept'];
    expect((await project.docker('exec', redis, ...set)).stdout).toBe('OK\n');
  });
  const { stdout: rows } = await ask(postgres, countRows);
  const running = await old.containers();

  expect(await old.follow('1. Take over the .env')).toMatchObject({ code: 0 });
  const early = await project.pulse('up', '--yes');
  expect(early.code).toBe(1);
  expect(early.stdout + early.stderr).toContain(
    `docker compose rm --stop --force ${postgres} ${redis} ${api} ${api}-worker), or `,
  );
  expect(await old.containers()).toEqual(running);

  expect(await old.follow('2. Stop what Pulse replaces')).toMatchObject({ code: 0 });
  await project.up();

  const pages = await old.follow('4. Take the old pages along', (commands) =>
    commands.replace(' index -', '$& --json'),
  );
  // Three rows of it are no pages.
  expect(pages.code, pages.stderr).toBe(1);
  const answer = JSON.parse(pages.stdout) as Record<'accepted' | 'unchanged', number> & {
    readonly rejected: readonly { readonly problem: string }[];
  };
  expect(answer).toMatchObject({ unchanged: 1, rejected: { length: 3 } });
  expect(answer.accepted + answer.unchanged + answer.rejected.length).toBe(Number(rows));
  expect(answer.rejected.map(({ problem }) => problem.replace(/:.*/s, '')).sort()).toEqual([
    'document',
    'statusCode',
    'url',
  ]);
  // A worker indexes several at once, and the newest are the last.
  await eventually('the old pages', async () => {
    expect(await search('quartz120')).toContain('https://old.example/page/120');
    expect(await search('obsidian')).toEqual(['https://old.example/twice']);
    expect(await search('marble')).toEqual(['https://old.example/html']);
    expect(await search('feldspar')).toEqual(['https://old.example/by-metadata']);
  });
  expect(await search('basalt')).toEqual([]);

  expect(await old.follow('5. Let the others go on')).toMatchObject({ code: 0 });
  const going = await old.containers();
  for (const name of [browser, changes]) expect(going[name]).toBe(running[name]);
  expect((await ask(`${firecrawl}_postgres`, countRows)).stdout).toBe(rows);
  const kept = await project.docker(
    'exec',
    `${firecrawl}_redis`,
    'redis-cli',
    'get',
    'of-firecrawl',
  );
  expect(kept.stdout).toBe('kept\n');
  const reach = `const net = require('node:net');
    for (const name of ['NUQ_DATABASE_URL', 'REDIS_URL']) {
      const { hostname, port } = new URL(process.env[name]);
      net.connect(port, hostname, function () { console.log(hostname); this.end(); });
    }`;
  expect((await old.inside(firecrawl, reach)).split('\n').sort()).toEqual([
    'firecrawl_postgres',
    'firecrawl_redis',
  ]);

  const { keys } = await StackApi.open(project);
  const key = { headers: { authorization: keys.search } };
  const gateway = 'process.env.MCP_WEBHOOK_BASE_URL';
  // The gateway has just been started, and asks the network for both addresses.
  await eventually('the gateway', async () => {
    expect(await fetchInside(`${gateway} + '/v2/map'`)).toBe('200 /v2/map');
    expect(await fetchInside(`${gateway} + '/api/search?q=obsidian'`, key)).toMatch(
      /^200 .*old\.example\/twice/s,
    );
  });
  expect(await fetchInside(`'http://${api}:52100/api/stats'`)).toMatch(/^410 .*API_GONE/s);

  // Firecrawl's own delivery, at the address that it has always had.
  const hook = `'http://${api}:52100/api/webhook/firecrawl'`;
  const secret = await project.pulumi('stack', 'output', 'webhookSecret', '--show-secrets');
  const body = JSON.stringify(
    crawlPage('a-new-crawl', record('https://old.example/hooked', '# Hooked\n\nserpentine')),
  );
  const delivery = { method: 'POST', body };
  const headers = signed(body, secret.stdout.trim());
  expect(await fetchInside(hook, delivery)).toMatch(/^401 /);
  expect(await fetchInside(hook, { ...delivery, headers })).toMatch(/^202 .*"accepted":1/s);
  await eventually('the page of the delivery', async () =>
    expect(await search('serpentine')).toEqual(['https://old.example/hooked']),
  );

  const back = await old.follow('Back again', (commands) =>
    commands.replace(/ down .*/, '$& --yes'),
  );
  expect(back.code, back.stderr).toBe(0);
  expect(Object.keys(await old.containers()).sort()).toEqual(Object.keys(running).sort());
  await eventually('the old Postgres', async () => {
    expect((await ask(postgres, countRows)).stdout).toBe(rows);
  });
});
