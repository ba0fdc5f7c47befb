import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { expect, onTestFinished, test } from 'vitest';

import { containersOf, nameOf } from '../../../cli/containers.ts';
import { imageReference } from '../../harness/server.ts';

const docker = (...args: string[]) => execFileSync('docker', args, { encoding: 'utf8' }).trim();
/** One that this engine has: that of the stores of this run. */
const image = await imageReference('postgres');

/** Puts a `docker` before the real one that runs a script ahead of the first inspection. */
function beforeFirstInspection(script: string): void {
  const { PATH = '' } = process.env;
  const folder = mkdtempSync(join(tmpdir(), 'pulse-docker-'));
  onTestFinished(() => {
    process.env['PATH'] = PATH;
    rmSync(folder, { recursive: true });
  });
  const lines = [
    '#!/bin/sh',
    `PATH='${PATH}'`,
    `case "$1 $2" in *inspect*) mkdir '${folder}/first' 2> /dev/null && ${script} ;; esac`,
    'exec docker "$@"',
  ];
  writeFileSync(join(folder, 'docker'), `${lines.join('\n')}\n`, { mode: 0o755 });
  process.env['PATH'] = `${folder}:${PATH}`;
}

test('the containers of a stack are listed while an update replaces one of them', async () => {
  const stack = `t${randomBytes(3).toString('hex')}`;
  const names = ['one', 'two'].map((name) => `pulse-${stack}_${name}`);
  const create = ['create', '--label', `pulse.stack=${stack}`, '--name'];
  const [one, two] = names as [string, string];
  for (const name of names) docker(...create, name, image);
  onTestFinished(() => void docker('rm', '--force', ...names));
  const replace = `docker rm ${two} && docker ${[...create, two, image].join(' ')}`;
  beforeFirstInspection(`(${replace}) > /dev/null`);
  expect((await containersOf(stack)).map(nameOf)).toEqual([one, two]);
});
