import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { whileLocked } from './while-locked.ts';

const execute = promisify(execFile);

/** Whether this machine can run what Debian 12 has; elsewhere tests that need it are skipped. */
export const hasDebianPrograms =
  process.arch === 'x64' &&
  existsSync('/etc/debian_version') &&
  readFileSync('/etc/debian_version', 'utf8').startsWith('12');

/** Where an unpacked program finds its libraries. */
export const librariesIn = (folder: string) => ({
  LD_LIBRARY_PATH: join(folder, 'usr/lib/x86_64-linux-gnu'),
});

/** Apt does not wait for its own lock, which another test process may have. */
export function updatePackageLists(): Promise<void> {
  return whileLocked('apt-get update', () => execute('apt-get', ['-q', 'update']));
}

/**
 * Unpacks packages of Debian 12, once for all runs, and installs nothing.
 *
 * @param packages the program's, and those of its libraries that not every machine has
 * @returns the folder that has usr/
 */
export async function unpackDebianProgram(...packages: readonly string[]): Promise<string> {
  const cache = process.env['PULSE_CACHE'] ?? join(homedir(), '.cache/pulse');
  const folder = join(cache, `debian-12-${packages[0]}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(`${folder}-`);
  const options = { cwd: work };
  const download = () => execute('apt-get', ['-q', 'download', ...packages], options);
  await download().catch(async () => {
    await updatePackageLists();
    await download();
  });
  const unpack = 'for package in *.deb; do dpkg-deb --extract "$package" . && rm "$package"; done';
  await execute('sh', ['-c', unpack], options);
  await execute('chmod', ['a+rx', work]);
  // Another test process may have been faster.
  await rename(work, folder).catch(() => rm(work, { recursive: true }));
  return folder;
}
