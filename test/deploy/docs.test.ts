import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';

import { deliverCrawl, deliverUnseen } from '../harness/crawls.ts';
import { read } from '../harness/docs/blocks.ts';
import { listScripts } from '../harness/docs/scripts.ts';
import { eventually } from '../harness/eventually.ts';
import { startReceiver } from '../harness/receiver.ts';
import type { Receiver } from '../harness/receiver.ts';
import { DocumentedShell } from './documented.ts';
import type { Replaced } from './documented.ts';
import { gpuHostAddress, gpuHostSettings, startGpuHost } from './gpu-host.ts';
import type { GpuHost } from './gpu-host.ts';
import { Project } from './project.ts';
import type { Ended } from './project.ts';
import { StackApi } from './stack-api.ts';
import { openPool } from './stores.ts';

/** A fresh clone, in which everything is typed that README.md and docs/ tell to type. */
const project = new Project();
const shell = new DocumentedShell(project);
let receiver: Receiver;
let gpuHost: GpuHost;
let api: StackApi;
let replaced: Replaced;
let pool: Awaited<ReturnType<typeof openPool>>;

beforeAll(async () => {
  const address = await gpuHostAddress();
  receiver = await startReceiver();
  [gpuHost] = await Promise.all([
    startGpuHost(`${project.prefix}-elsewhere`, address),
    project.prepare({
      ...gpuHostSettings(address, project.gateway),
      workerReplicas: '1',
      firecrawlUrl: `http://${project.gateway}:9`,
      monitoring: 'own',
      alertUrl: `http://${project.gateway}:${receiver.port}/hook`,
    }),
  ]);
  shell.writeFiles();
  await project.up();
  [api, pool] = await Promise.all([StackApi.open(project), openPool(project)]);
  replaced = {
    address: api.address,
    crawlId: await deliverCrawl(pool, ['https://docs.example.org/crawled']),
    engineId: (await project.docker('info', '--format', '{{.ID}}')).stdout.trim(),
    backup: '',
    update: '',
    receiver: `http://${project.gateway}:${receiver.port}/topic`,
    tei: `http://127.0.0.1:${address.tei}`,
  };
  expect(await project.pulse('backup', `${shell.folder}/mnt/backup`)).toMatchObject({ code: 0 });
  const backup =
    readdirSync(`${shell.folder}/mnt/backup`).find((name) => name.startsWith(project.stack)) ?? '';
  const history = join(project.folder, '.pulse/state/.pulumi/history/pulse', project.stack);
  const [, update = ''] = /-(\d+)\.checkpoint/.exec(readdirSync(history).join('\n')) ?? [];
  replaced = { ...replaced, backup, update };
});
afterAll(async () => {
  await pool.end();
  await project.remove(gpuHost);
  await receiver[Symbol.asyncDispose]();
  rmSync(shell.folder, { recursive: true });
});

/** What is there before a command that says so. */
const needs: readonly (readonly [RegExp, () => Promise<void>])[] = [
  [/ https:\/\/docs\.example\.org\/page/, () => storePage('https://docs.example.org/page')],
  [/ file:\/\/\/handbook\//, () => storePage('file:///handbook/page.md')],
  [/queue retry https/, cancelPage],
];
async function storePage(url: string): Promise<void> {
  const page = { url, title: 'Page', markdown: 'Its text.' };
  expect((await api.post('/api/documents', page, api.keys.admin)).ok).toBe(true);
}
async function cancelPage(): Promise<void> {
  await eventually('an indexed page', async () => {
    const { rowCount } = await pool.query(
      `UPDATE versions SET state = 'cancelled' WHERE state = 'indexed' AND document_id IN
      (SELECT id FROM documents WHERE url = 'https://docs.example.org/page')`,
    );
    return rowCount === 1;
  });
}

/** They only say what they would delete: docs/commands.md names their exit code. */
const saysNo = /crawls prune \S+$/;

/** Types it, and checks that it ends well and answers in the form that it was asked for. */
async function expectDone(text: string, options = {}): Promise<Ended> {
  for (const [pattern, prepare] of needs) if (pattern.test(text)) await prepare();
  const ended = await shell.run(text, replaced, options);
  expect(ended.code, ended.stdout + ended.stderr).toBe(saysNo.test(text) ? 1 : 0);
  if (/^\.\/pulse .* --json$/.test(text))
    for (const line of ended.stdout.trim().split('\n'))
      expect(() => JSON.parse(line)).not.toThrow();
  return ended;
}

const kinds: Readonly<Record<string, RegExp>> = {
  up: /^\.\/pulse up\b/,
  configure: /pulumi (?:config|stack init)|stacks\/pulse|\.\/pulse config/,
  change: new RegExp(
    String.raw`\./pulse (?:${[
      'index|delete|reindex|retention|audit --repair|keywords rebuild|crawls (?:reconcile|prune)',
      'queue (?:retry|cancel|pause|resume|drain|concurrency)',
      'backup (?!list|check)|alerts (?:test|silence)',
    ].join('|')})`,
  ),
  look: /./,
};
const scripts = listScripts();
const ofKind = (kind: string) =>
  scripts.filter(
    ({ text }) => Object.entries(kinds).find(([, pattern]) => pattern.test(text))?.[0] === kind,
  );

describe('what changes something is done', () => {
  test.each(ofKind('change'))('$text ($place)', async ({ text }) => {
    if (/queue (?:pause|drain)/.test(text))
      onTestFinished(async () => void (await project.pulse('queue', 'resume')));
    if (text.includes('crawls prune'))
      replaced = { ...replaced, crawlId: await deliverUnseen(pool) };
    await expectDone(text);
  });
});

/** Says what it sees: on a busy machine a probe may time out. */
const mayBeBusy = /^\.\/pulse (?:status|verify|queue why)\b/;

describe.concurrent('what is to be seen is shown', () => {
  test.each(ofKind('look'))('$text ($place)', async ({ text }) => {
    if (mayBeBusy.test(text)) await eventually('a stack that is ready', () => expectDone(text));
    else await expectDone(text);
  });
});

describe('a stack that the pages configure', () => {
  const file = join(project.folder, `Pulumi.${project.stack}.yaml`);

  test.each(ofKind('configure'))('takes the settings of $place', async ({ text }) => {
    const before = readFileSync(file, 'utf8');
    await expectDone(text, { putOff: true });
    if (!text.includes('./pulse up')) writeFileSync(file, before);
  });

  test.each(ofKind('up'))('comes up with all of them: $text', async ({ text }) => {
    const { stdout, stderr } = await expectDone(text);
    expect(stdout + stderr).toMatch(/^ *canary +ok /m);
  });
});

test('a replica of the API takes 170 MiB at most, with what assistants need', async () => {
  const named = ['--format', '{{.MemUsage}}', project.container('webhook-api-1')];
  const { stdout } = await project.docker('stats', '--no-stream', ...named);
  expect(stdout).toMatch(/^[\d.]+MiB /);
  expect(Number.parseFloat(stdout)).toBeLessThan(170);
});

test('./pulse verify prints the table of README.md', async () => {
  const [, shown = ''] = /^```\n(CHECK .*?)^```$/ms.exec(read('README.md')) ?? [];
  const names = (table: string): string[] =>
    table
      .trim()
      .split('\n')
      .map((line) => line.split(/\s+/, 2).join(' '));
  expect(shown).not.toBe('');
  await eventually('a stack that is ready', async () => {
    const { stdout } = await project.pulse('verify');
    expect(names(stdout)).toEqual(expect.arrayContaining(names(shown)));
  });
});
