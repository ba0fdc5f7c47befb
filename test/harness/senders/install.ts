import { join } from 'node:path';

import { installPackages } from '../python-packages.ts';

/**
 * Installs changedetection.io and apprise: some 3 minutes on an idle machine, 700 MB.
 *
 * @returns the folder of their environment
 */
export function installSenders(): Promise<string> {
  return installPackages('senders', join(import.meta.dirname, 'requirements.txt'));
}
