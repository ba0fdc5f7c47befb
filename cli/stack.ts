import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { pulumi } from './needed-tools.ts';

export const root = join(import.meta.dirname, '..');
const own = join(root, '.pulse');
const passphraseFile = join(own, 'passphrase');

/**
 * What makes plain pulumi, docker and node use the same tools, state and passphrase. What the user
 * has set already stands.
 */
export function toolEnvironment(): Record<string, string> {
  mkdirSync(join(own, 'state'), { recursive: true, mode: 0o700 });
  if (!existsSync(passphraseFile))
    writeFileSync(passphraseFile, randomBytes(32).toString('hex'), { mode: 0o600 });
  const {
    PULUMI_BACKEND_URL: backend,
    PULUMI_CONFIG_PASSPHRASE: phrase,
    PULUMI_CONFIG_PASSPHRASE_FILE: file,
  } = process.env;
  return {
    ...pulumi.environment(),
    PULUMI_BACKEND_URL: backend ?? `file://${join(own, 'state')}`,
    ...(phrase === undefined ? { PULUMI_CONFIG_PASSPHRASE_FILE: file ?? passphraseFile } : {}),
    NODE_COMPILE_CACHE: join(own, 'compile-cache'),
  };
}

export { prefixOf } from '../settings/names.ts';
