import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { eventually } from '../harness/eventually.ts';
import { gpuHostAddress, gpuHostSettings, startGpuHost } from './gpu-host.ts';
import type { GpuHost } from './gpu-host.ts';
import { Project } from './project.ts';
import type { Ended } from './project.ts';

const project = new Project();
const address = await gpuHostAddress();
const backups = mkdtempSync(join(tmpdir(), 'pulse-backups-'));
let gpuHost: GpuHost;

beforeAll(async () => {
  const settings = gpuHostSettings(address, project.gateway);
  [gpuHost] = await Promise.all([
    startGpuHost(`${project.prefix}-elsewhere`, address),
    project.prepare({ ...settings, workerReplicas: '1' }),
  ]);
  await project.up();
});
afterAll(async () => {
  await project.remove();
  await gpuHost[Symbol.asyncDispose]();
  rmSync(backups, { recursive: true });
});

const pages = Array.from({ length: 1_000 }, (_, number) => ({
  url: `https://docs.example.org/${number}`,
  title: `Page ${number}`,
  markdown: `What stands on page ${number} is word${number}.`,
}));

const ok = (ended: Ended): Ended => {
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  return ended;
};
const ask = async (...args: string[]): Promise<unknown> =>
  JSON.parse(ok(await project.pulse(...args, '--json')).stdout);
const find = async (word: string): Promise<unknown> => {
  const answer = (await ask('search', word, '--mode', 'keyword')) as { results: { url: string }[] };
  return answer.results.map(({ url }) => url);
};

const askPostgres = async (query: string): Promise<string> => {
  const psql = ['psql', '-U', 'firecrawl', '-d', 'pulse_postgres', '-qtAc', query];
  return (await project.docker('exec', project.container('postgres'), ...psql)).stdout.trim();
};

test('a lost stack comes back from its backup, and all of its stores agree', async () => {
  ok(await project.index(pages, '--wait'));
  ok(await project.pulse('queue', 'concurrency', '7'));
  await expect(ask('backup', backups)).resolves.toMatchObject({ ok: true, documents: 1_000 });
  expect(ok(await project.pulse('backup', 'check', backups)).stdout).toContain('Sound.');

  const drilled = { ok: true, asked: 20, found: 20 };
  await expect(ask('backup', 'drill', backups)).resolves.toMatchObject(drilled);
  const { stdout: seen } = await project.pulse('status', '--json');
  expect(JSON.parse(seen)).toMatchObject({
    backups: [
      { what: 'backup', ok: true },
      { what: 'drill', ok: true },
    ],
  });
  const left = await project.dockerLines('ps', '--all', '--filter', 'name=pulse-drill', '-q');
  expect(left).toEqual([]);

  const refused = await project.pulse('restore', '--from', backups, '--json');
  expect(refused).toMatchObject({ code: 1 });
  expect(JSON.parse(refused.stdout)).toMatchObject({ code: 'BACKUP_NOT_EMPTY' });

  const repository = `restic:${mkdtempSync(join(backups, 'repository-'))}`;
  const stored = ok(await project.pulse('backup', repository, '--json'));
  expect(stored.stderr).toMatch(/shown this once: \S{32}\n/);
  await expect(ask('backup', 'list', repository)).resolves.toMatchObject([{ documents: 1_000 }]);

  ok(await project.pulse('down', '--data', '--yes'));
  await expect(ask('restore', '--from', repository)).resolves.toMatchObject({
    ok: true,
    documents: 1_000,
  });
  expect(await find('word731')).toEqual(['https://docs.example.org/731']);
  await eventually('stores that agree on every document', async () =>
    expect(await ask('audit')).toMatchObject({ ok: true, documents: 1_000, pending: 0 }),
  );
  expect(await askPostgres("SELECT value FROM operator WHERE key = 'limit'")).toBe('7');
});

test('a Ctrl-C in the middle of a backup leaves neither a backup nor a container', async () => {
  const target = mkdtempSync(join(backups, 'interrupted-'));
  // pg_dump has opened its file and waits for the table.
  const holder = "pg_stat_activity WHERE query LIKE 'BEGIN; LOCK TABLE chunks%'";
  const held = askPostgres('BEGIN; LOCK TABLE chunks; SELECT pg_sleep(3600)');
  try {
    await eventually('a table that is locked', async () =>
      expect(await askPostgres(`SELECT wait_event FROM ${holder}`)).toBe('PgSleep'),
    );
    const { code, stderr } = await project.interrupted(/dumping: /, 'backup', target);
    expect(code, stderr).toBe(130);
    expect(stderr).toContain('Interrupted: there is no backup of it.');
    expect(readdirSync(target)).toEqual([]);
    const container = `name=${project.container('postgres')}-backup`;
    expect(await project.dockerLines('ps', '--all', '--quiet', '--filter', container)).toEqual([]);
  } finally {
    await askPostgres(`SELECT pg_terminate_backend(pid) FROM ${holder}`);
    await held;
  }
  await expect(ask('backup', target)).resolves.toMatchObject({ ok: true });
});

test('a stack backs up by its clock, and its status is red when that cannot complete', async () => {
  const repository = mkdtempSync(join(backups, 'clock-'));
  chownSync(repository, 99, 100);
  await project.beginWith({ backupEvery: '24h', backupTarget: repository });
  const page = { url: 'https://docs.example.org/clock', title: 'Clock', markdown: 'It is late.' };
  ok(await project.index([page]));

  const row = /^backup +\d+ h +done +\d+ documents in [0-9a-f]{8} of the repository/m;
  await eventually('a backup by the clock', async () =>
    expect(ok(await project.pulse('status')).stdout).toMatch(row),
  );
  expect(await ask('backup', 'list')).toHaveLength(1);

  // It looks into its repository when it starts, and finds nothing that it can read.
  chmodSync(join(repository, 'config'), 0);
  await project.docker('restart', project.container('backup'));
  await eventually('a backup that is told as failed', async () => {
    const { code, stdout } = await project.pulse('status');
    expect(stdout).toMatch(/the last backup did not succeed: BACKUP_TARGET: /);
    expect(code).toBe(1);
  });
  await project.settled();
});
