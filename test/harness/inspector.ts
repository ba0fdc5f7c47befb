import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, mkdtemp, rename, rm, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { cacheFolder } from '../../toolchain/cache.ts';
import { timed } from './timed.ts';

const execute = promisify(execFile);
const packages = join(import.meta.dirname, 'inspector');

/**
 * Runs MCP Inspector's command line. It is installed from npm into a folder of its own, once for
 * all runs, because it brings a page and a server that nothing else needs.
 *
 * @returns what it prints, parsed
 */
export async function inspect(args: readonly string[]): Promise<unknown> {
  const folder = await timed('MCP Inspector', install);
  const program = join(folder, 'node_modules/.bin/mcp-inspector');
  const { stdout } = await execute(program, ['--cli', ...args], { cwd: folder });
  return JSON.parse(stdout);
}

async function install(): Promise<string> {
  const lock = await readFile(join(packages, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 8);
  const folder = join(cacheFolder(), 'mcp-inspector', hash);
  if (existsSync(folder)) return folder;
  await mkdir(join(folder, '..'), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  for (const name of ['package.json', 'package-lock.json'])
    await copyFile(join(packages, name), join(work, name));
  await execute('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], { cwd: work });
  // Another test process may have been faster.
  await rename(work, folder).catch(() => rm(work, { recursive: true }));
  return folder;
}
