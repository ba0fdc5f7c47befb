import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { root } from '../paths.ts';
import { captureOutput } from '../process.ts';
import { stateOf } from '../state.ts';

/**
 * The stack's settings and its state as Pulumi exports it, by the names of their files. Secrets in
 * both are encrypted; the passphrase is in neither.
 */
export async function readStackFiles(stack: string): Promise<Record<string, string>> {
  const name = `Pulumi.${stack}.yaml`;
  const path = join(root, name);
  const isDeployed = (await stateOf(stack)) !== undefined;
  return {
    ...(existsSync(path) && { [name]: await readFile(path, 'utf8') }),
    ...(isDeployed && {
      'state.json': await captureOutput('pulumi', ['stack', 'export', '--stack', stack]),
    }),
  };
}
