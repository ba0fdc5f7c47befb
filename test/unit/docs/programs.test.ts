import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';

import { afterAll, beforeAll, expect, test } from 'vitest';

import {
  hasDebianPrograms,
  librariesIn,
  unpackDebianProgram,
} from '../../harness/debian-program.ts';
import { blocks, root } from '../../harness/docs/blocks.ts';

const execute = promisify(execFile);
const own = relative(root, import.meta.filename);
const shown = blocks.filter(({ marks }) => marks.some((mark) => mark.test === own));
let folder: string;
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'pulse-snippets-'))));
afterAll(() => rm(folder, { recursive: true }));

test.skipIf(!hasDebianPrograms).each(shown.filter(({ language }) => language === 'yaml'))(
  '$place is a configuration that promtool takes',
  async ({ text }) => {
    const promtool = join(await unpackDebianProgram('prometheus'), 'usr/bin/promtool');
    await writeFile(join(folder, 'pulse.key'), 'key');
    await writeFile(join(folder, 'prometheus.yml'), text.replaceAll('/etc/prometheus', folder));
    const { stdout } = await execute(promtool, ['check', 'config', join(folder, 'prometheus.yml')]);
    expect(stdout).toContain('SUCCESS');
  },
);

test.skipIf(!hasDebianPrograms).each(shown.filter(({ language }) => language === 'nginx'))(
  '$place are lines that nginx takes',
  async ({ text }) => {
    const unpacked = await unpackDebianProgram('nginx');
    const server = `location / { proxy_pass http://127.0.0.1:50108;\n${text}}`;
    const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']
      .map((name) => `${name}_temp_path ${folder}/${name};`)
      .join(' ');
    const http = `access_log off; ${temporary} server { listen 127.0.0.1:1; ${server} }`;
    const file = join(folder, 'nginx.conf');
    await writeFile(file, `pid ${folder}/pid; events {} http { ${http} }`);
    const { stderr } = await execute(
      join(unpacked, 'usr/sbin/nginx'),
      ['-t', '-q', '-e', 'stderr', '-p', folder, '-c', file],
      { env: librariesIn(unpacked) },
    );
    expect(stderr).toBe('');
  },
);
