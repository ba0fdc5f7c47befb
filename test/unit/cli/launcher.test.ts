import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterEach, beforeEach, expect, test } from 'vitest';

const launcher = join(import.meta.dirname, '../../../pulse');
const nodeFolder = dirname(process.execPath);
/** What the launcher runs, in place of the commands. */
const program = `console.log(JSON.stringify({
  from: process.cwd(), clone: import.meta.dirname, args: process.argv.slice(2), home: process.env.HOME,
}));`;

let base: string;

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'pulse-launcher-')));
  mkdirSync(join(base, 'caller'));
  mkdirSync(join(base, 'home'));
});
afterEach(() => rmSync(base, { recursive: true }));

/** A clone with the launcher, and with nothing of the commands. */
function makeClone(name: string, { hasPackages = true } = {}): string {
  const clone = join(base, name);
  mkdirSync(join(clone, 'cli'), { recursive: true });
  copyFileSync(launcher, join(clone, 'pulse'));
  writeFileSync(join(clone, 'cli/main.ts'), program);
  writeFileSync(join(clone, 'package.json'), '{ "type": "module" }');
  writeFileSync(join(clone, 'package-lock.json'), '{}');
  mkdirSync(join(clone, 'node_modules'));
  if (hasPackages) writeFileSync(join(clone, 'node_modules/.package-lock.json'), '{}');
  return clone;
}

function call(command: readonly string[], { env = {}, cwd = join(base, 'caller') } = {}) {
  const [file = '', ...args] = command;
  const run = spawnSync(file, args, {
    cwd,
    encoding: 'utf8',
    env: { HOME: join(base, 'home'), PATH: `${nodeFolder}:/usr/bin:/bin`, ...env },
  });
  if (run.status !== 0) return { stderr: run.stderr, status: run.status };
  return JSON.parse(run.stdout) as Record<'from' | 'clone' | 'home', string> & { args: string[] };
}

test.each([
  '50% off',
  'C#',
  'what? where',
  'issue#12?tab=%2F',
  `it's "quoted" $HOME \`id\``,
  'Bücher & Akten',
  '-dashed',
])('a clone in a folder called %s is started, and paths stay those of the caller', (name) => {
  const clone = makeClone(name);
  expect(call([join(clone, 'pulse'), 'index', './a b', '--wait'])).toEqual({
    from: join(base, 'caller'),
    clone: join(clone, 'cli'),
    args: ['index', './a b', '--wait'],
    home: join(base, 'home'),
  });
});

test.each([
  ['a link', 'bin/pulse', '/clone/pulse'],
  ['a relative link', 'bin/pulse', '../clone/pulse'],
  ['a link to a link', 'bin/pulse', 'other/deep/pulse'],
  ['a link in a linked folder', 'linked/pulse', '../clone/pulse'],
  ['a link of another name', 'bin/my search', '../clone/pulse'],
])('%s starts the clone that it leads to, from wherever it is called', (_, path, target) => {
  const clone = makeClone('clone');
  mkdirSync(join(base, 'bin/other/deep'), { recursive: true });
  symlinkSync('bin', join(base, 'linked'));
  symlinkSync('../../../clone/pulse', join(base, 'bin/other/deep/pulse'));
  symlinkSync(target.replace(/^[/]/, `${base}/`), join(base, path));
  const started = { from: join(base, 'caller'), clone: join(clone, 'cli'), args: ['status'] };
  expect(call([join(base, path), 'status'])).toMatchObject(started);
  expect(call([`../${path}`, 'status'])).toMatchObject(started);
  expect(call(['/bin/sh', `../${path}`, 'status'])).toMatchObject(started);
});

test('a link that is found on the PATH starts its clone, and packages are installed there', () => {
  const clone = makeClone('clone', { hasPackages: false });
  const bin = join(base, 'bin');
  mkdirSync(bin);
  symlinkSync('../clone/pulse', join(bin, 'pulse'));
  writeFileSync(join(bin, 'npm'), '#!/bin/sh\npwd >installed-here\n');
  chmodSync(join(bin, 'npm'), 0o755);
  const PATH = `${bin}:${nodeFolder}:/usr/bin:/bin`;
  expect(call(['/bin/sh', '-c', 'pulse status'], { env: { PATH } })).toMatchObject({
    from: join(base, 'caller'),
    clone: join(clone, 'cli'),
  });
  expect(existsSync(join(clone, 'installed-here'))).toBe(true);
});

test.each(['', undefined])('with HOME %j it takes the home that its user has', (HOME) => {
  const clone = makeClone('clone');
  const started = call([join(clone, 'pulse')], { env: { HOME } });
  expect(started).toMatchObject({
    from: join(base, 'caller'),
    home: expect.stringMatching(/^[/]/),
  });
});

test.each(['/nonexistent', '/dev/null'])(
  'with HOME %s, no folder, it keeps all in the clone',
  (HOME) => {
    const clone = makeClone('clone');
    expect(call([join(clone, 'pulse')], { env: { HOME } })).toMatchObject({
      from: join(base, 'caller'),
      home: join(clone, '.pulse/home'),
    });
  },
);

test('a relative PULSE_CACHE is under the folder of the caller', () => {
  const clone = makeClone('clone');
  const bin = join(base, 'caller/kept/node/v24.21.0/bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync(process.execPath, join(bin, 'node'));
  expect(
    call([join(clone, 'pulse'), 'status'], { env: { PULSE_CACHE: 'kept', PATH: '/usr/bin:/bin' } }),
  ).toMatchObject({ args: ['status'] });
});

test('a call from a folder that was removed is refused, and not answered from another', () => {
  const clone = makeClone('clone');
  const script = `mkdir gone && cd gone && rmdir ../gone && exec "${clone}/pulse" index .`;
  expect(call(['/bin/sh', '-c', script])).toEqual({
    status: 1,
    stderr: expect.stringContaining('does not exist any more'),
  });
});
