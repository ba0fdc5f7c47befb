import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

import { findDockerEngine } from '../shared/docker-engine.ts';
import { CommandError } from '../toolchain/command-error.ts';
import { pulumi } from './needed-tools.ts';
import { machineFolder } from './paths.ts';
import { quoteWord } from './quote.ts';

const stateFolder = join(machineFolder, 'state');
const passphraseFile = join(machineFolder, 'passphrase');

/**
 * Makes the folder of the state and the passphrase of a clone where they are missing.
 *
 * @throws CommandError where this user may not, as after a first `sudo ./pulse up`
 */
export function makeState(folder: string): void {
  const [state, passphrase] = [join(folder, 'state'), join(folder, 'passphrase')];
  try {
    mkdirSync(state, { recursive: true, mode: 0o700 });
    if (!existsSync(passphrase))
      writeFileSync(passphrase, randomBytes(32).toString('hex'), { mode: 0o600 });
  } catch (error) {
    throw new CommandError(
      (error as Error).message,
      `run this as the user who ran it first, or give that folder to this one: ` +
        `sudo chown -R "$(id -u)" ${quoteWord(folder)}`,
    );
  }
}

/**
 * The variables with which plain pulumi, docker and node use the same tools, state and passphrase
 * and engine as `./pulse`. A backend or a passphrase that the user has set already stays.
 *
 * @returns undefined for a variable that has to go
 * @throws CommandError when the docker client has a context that does not exist, or this user may
 *   not use the clone's state
 */
export function toolEnvironment(): Record<string, string | undefined> {
  makeState(machineFolder);
  const {
    PULUMI_BACKEND_URL: backend,
    PULUMI_CONFIG_PASSPHRASE: phrase,
    PULUMI_CONFIG_PASSPHRASE_FILE: file,
  } = process.env;
  return {
    ...pulumi.environment(),
    ...engineVariables(),
    // Of CI jobs a variable that nothing sets is an empty text.
    PULUMI_BACKEND_URL: backend ? anchor(backend) : formatFolderUrl(stateFolder),
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
