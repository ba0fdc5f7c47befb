import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { compareWithRevision, orderOf } from '../../../../bench/against/against.ts';
import { parseAnswer } from '../../../../bench/against/run.ts';
import { resolveCommit } from '../../../../bench/against/tree.ts';

const root = mkdtempSync(join(tmpdir(), 'pulse-bench-test-'));
/** Where clones of the other revision are made: its contents are what a comparison left. */
const temporary = mkdtempSync(join(tmpdir(), 'pulse-bench-test-'));
const { TMPDIR } = process.env;

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=test', '-c', 'user.email=test@example.org', ...args], {
    cwd: root,
    encoding: 'utf8',
  });

/** A revision whose benchmark `fast` takes this long, and whose benchmark `slow` never ends. */
function writeTree(seconds: number): void {
  const answer = { machine: 'm', rows: [{ measured: 'up', is: `${seconds} s`, wanted: '' }] };
  writeFileSync(
    join(root, 'bench/main.ts'),
    `process.stderr.write(process.pid + ' begins in ' + process.cwd() + '\\n');
     if (process.argv[2] === 'slow') setInterval(() => {}, 1000);
     else console.log(${JSON.stringify(JSON.stringify(answer))});`,
  );
}

beforeAll(() => {
  process.env['TMPDIR'] = temporary;
  for (const folder of ['bench', 'node_modules']) mkdirSync(join(root, folder));
  writeFileSync(join(root, 'package-lock.json'), '{}');
  writeFileSync(join(root, '.gitignore'), 'node_modules/\n');
  writeTree(20);
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'first');
  writeTree(30);
});

afterAll(() => {
  if (TMPDIR === undefined) delete process.env['TMPDIR'];
  else process.env['TMPDIR'] = TMPDIR;
  for (const folder of [root, temporary]) rmSync(folder, { recursive: true });
});

test('a tree as it is, not committed, is compared with a revision, in turn', async () => {
  const reports: string[] = [];
  const { comparison, sides } = await compareWithRevision({
    root,
    what: 'fast',
    revision: 'HEAD',
    pairs: 2,
    report: (line) => void reports.push(line),
    signal: new AbortController().signal,
  });
  expect(sides).toEqual({ own: 'this tree', other: git('rev-parse', '--short=12', 'HEAD').trim() });
  expect(comparison.compared[0]).toMatchObject({ measured: 'up', own: 30, other: 20, ratio: 1.5 });
  expect(comparison.compared.slice(1).map(({ measured }) => measured)).toEqual([
    'the whole run: wall time',
    'the whole run: processor time of its programs',
    'the whole run: processor time of the machine',
  ]);
  const runs = reports.filter((line) => line.includes('begins in'));
  expect(runs.map((line) => line.endsWith(root))).toEqual([false, true, true, false]);
  expect(readdirSync(temporary)).toEqual([]);
});

test('a Ctrl-C ends the benchmark and removes the other tree', async () => {
  const interruption = new AbortController();
  let pid = 0;
  const compared = compareWithRevision({
    root,
    what: 'slow',
    revision: 'HEAD',
    pairs: 1,
    report: (line) => {
      const [, found] = / (\d+) begins in /.exec(line) ?? [];
      if (found === undefined) return;
      pid = Number(found);
      interruption.abort(new Error('Ctrl-C'));
    },
    signal: interruption.signal,
  });
  await expect(compared).rejects.toThrow('Ctrl-C');
  expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  expect(readdirSync(temporary)).toEqual([]);
});

test('every other pair begins with this tree', () => {
  expect([1, 2, 3].map(orderOf)).toEqual([
    ['other', 'own'],
    ['own', 'other'],
    ['other', 'own'],
  ]);
});

test("a benchmark's answer is its last line of JSON, with fields that are unknown here", () => {
  const rows = [{ measured: 'up', is: '1 s', wanted: '', more: true }];
  expect(parseAnswer(`a warning\n${JSON.stringify({ machine: 'm', rows })}\n`)).toEqual(rows);
});

test('a benchmark that answers no rows is an error', () => {
  expect(() => parseAnswer('no JSON\n')).toThrow('without rows: no JSON');
});

test('a revision that this clone does not have is refused before anything runs', async () => {
  await expect(resolveCommit(root, 'no-such')).rejects.toThrow('no revision no-such');
  await expect(resolveCommit(root, '--all')).rejects.toThrow('no revision --all');
});
