import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

import { librariesIn, unpackDebianProgram, updatePackageLists } from './debian-program.ts';

const execute = promisify(execFile);

/** Of the sizes and shapes that screenshots were made with. */
const fonts = 'fonts-dejavu-core';

/** Opens Debian's Chromium, without a window. It is unpacked once for all runs, and not installed. */
export async function openChromium(): Promise<Browser> {
  const folder = await unpackDebianProgram('chromium', fonts, ...(await listMissingLibraries()));
  const { LD_LIBRARY_PATH } = librariesIn(folder);
  return chromium.launch({
    // No speed is asserted, and Playwright gives up after half a minute by itself.
    timeout: 10 * 60_000,
    executablePath: join(folder, 'usr/lib/chromium/chromium'),
    // Root may not use Chromium's own sandbox, and the pages are ours.
    args: ['--no-sandbox', '--disable-gpu', '--font-render-hinting=none'],
    env: {
      ...process.env,
      LD_LIBRARY_PATH: `${LD_LIBRARY_PATH}:${LD_LIBRARY_PATH}/pulseaudio`,
      XDG_DATA_DIRS: `${folder}/usr/share:/usr/share`,
    },
  });
}

/** @returns what Chromium needs and this machine does not have installed */
async function listMissingLibraries(): Promise<string[]> {
  const wanted = ['-s', '--no-install-recommends', 'install', 'chromium'];
  const simulate = () => execute('apt-get', wanted, { env: { ...process.env, LC_ALL: 'C' } });
  const { stdout } = await simulate().catch(async () => {
    await updatePackageLists();
    return simulate();
  });
  return [...stdout.matchAll(/^Inst (\S+)/gm)]
    .map(([, name = '']) => name)
    .filter((name) => name !== 'chromium' && name !== '' && !name.startsWith('chromium-sandbox'));
}
