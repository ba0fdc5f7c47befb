import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { cacheFolder } from '../../toolchain/cache.ts';
import { timed } from './timed.ts';

const execute = promisify(execFile);

/** Python 3.11 and newer can have the versions that are listed. */
const python = readPythonVersion();
export const hasPython = python !== undefined && python >= 311;

function readPythonVersion(): number | undefined {
  try {
    const script =
      'import sys, venv, ensurepip; print(sys.version_info[0] * 100 + sys.version_info[1])';
    return Number(execFileSync('python3', ['-c', script], { encoding: 'utf8', stdio: 'pipe' }));
  } catch {
    return undefined;
  }
}

/**
 * Installs packages from PyPI into an environment of their own, once for all runs.
 *
 * @param requirements a file with all of them and their versions, as `pip freeze` writes it
 * @returns the folder of the environment
 */
export function installPackages(name: string, requirements: string): Promise<string> {
  return timed(`the packages of ${name}`, () => install(name, requirements));
}

async function install(name: string, requirements: string): Promise<string> {
  const hash = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
    .slice(0, 8);
  const folder = join(cacheFolder(), name, `python-${python}-${hash}`);
  if (existsSync(folder)) return folder;
  await mkdir(join(folder, '..'), { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  await execute('python3', ['-m', 'venv', work]);
  const quietly = ['--quiet', '--disable-pip-version-check', '--no-deps', '--requirement'];
  await execute(pythonIn(work), ['-m', 'pip', 'install', ...quietly, requirements]);
  // Another test process may have been faster.
  await rename(work, folder).catch(() => rm(work, { recursive: true }));
  return folder;
}

/** Programs are started by it: their own first lines name the folder in which they were made. */
export const pythonIn = (folder: string): string => join(folder, 'bin/python');
