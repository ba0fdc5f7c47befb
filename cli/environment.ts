import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { findDockerEngine } from '../shared/docker-engine.ts';
import { CommandError } from '../toolchain/command-error.ts';
import { pulumi } from './needed-tools.ts';
import { machineFolder } from './paths.ts';

const stateFolder = join(machineFolder, 'state');
const passphraseFile = join(machineFolder, 'passphrase');

/**
 * The variables with which plain pulumi, docker and node use the same tools, state and passphrase
 * and engine as `./pulse`. A backend or a passphrase that the user has set already stays. Makes the
 * folder of the state and the passphrase where they are missing.
 *
 * @returns undefined for a variable that has to go
 * @throws CommandError when the docker client has a context that does not exist
 */
export function toolEnvironment(): Record<string, string | undefined> {
  mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
  if (!existsSync(passphraseFile))
    writeFileSync(passphraseFile, randomBytes(32).toString('hex'), { mode: 0o600 });
  const {
    PULUMI_BACKEND_URL: backend,
    PULUMI_CONFIG_PASSPHRASE: phrase,
    PULUMI_CONFIG_PASSPHRASE_FILE: file,
  } = process.env;
  return {
    ...pulumi.environment(),
    ...engineVariables(),
    PULUMI_BACKEND_URL: backend === undefined ? formatFolderUrl(stateFolder) : anchor(backend),
    ...(phrase === undefined
      ? { PULUMI_CONFIG_PASSPHRASE_FILE: resolve(file || passphraseFile) }
      : {}),
    NODE_COMPILE_CACHE: join(machineFolder, 'compile-cache'),
  };
}

function engineVariables(): Record<string, string | undefined> {
  const engine = findDockerEngine();
  if ('problem' in engine)
    throw new CommandError(
      engine.problem,
      'docker context ls lists those there are; docker context use <name> chooses one, ' +
        'and DOCKER_CONTEXT and DOCKER_HOST go before it',
    );
  const { DOCKER_CONFIG: folder } = process.env;
  return { ...engine.variables, ...(folder && { DOCKER_CONFIG: resolve(folder) }) };
}

/**
 * The URL of a folder in which Pulumi keeps states. What has a meaning in URLs is escaped: `%`, `#`
 * and `?` may stand in a folder's name.
 */
export function formatFolderUrl(folder: string): string {
  return pathToFileURL(folder).href;
}

/** Pulumi is run in the clone's folder, and `file://./state` is a folder under the caller's. */
function anchor(backend: string): string {
  const [, path] = /^file:\/\/([^/~].*)$/.exec(backend) ?? [];
  return path === undefined ? backend : `${formatFolderUrl(process.cwd())}/${path}`;
}
