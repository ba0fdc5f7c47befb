import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { parse, stringify } from 'yaml';

import { formatFolderUrl } from '../environment.ts';
import { root } from '../paths.ts';
import { captureOutput } from '../process.ts';

/** A project folder, and the environment in which pulumi finds its state. Removed when disposed. */
export interface ThrowAwayProject extends Disposable {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Makes a stack that was never deployed, in a backend of its own: this project by symbolic links,
 * and the stack's configuration without what only its own passphrase opens. `pulumi stack init`
 * writes into the configuration, so it must not be the clone's.
 */
export async function createThrowAwayProject(stack: string): Promise<ThrowAwayProject> {
  const base = mkdtempSync(join(tmpdir(), 'pulse-preview-'));
  const place: ThrowAwayProject = {
    folder: join(base, 'project'),
    env: {
      PULUMI_BACKEND_URL: formatFolderUrl(join(base, 'state')),
      PULUMI_CONFIG_PASSPHRASE: 'of no use',
    },
    [Symbol.dispose]: () => rmSync(base, { recursive: true }),
  };
  for (const folder of ['project', 'state']) mkdirSync(join(base, folder));
  for (const name of readdirSync(root).filter(
    (entry) => !/^(\.git|\.pulse|Pulumi\..*)$/.test(entry),
  ))
    symlinkSync(join(root, name), join(place.folder, name));
  copyFileSync(join(root, 'Pulumi.yaml'), join(place.folder, 'Pulumi.yaml'));
  const configuration = join(root, `Pulumi.${stack}.yaml`);
  if (existsSync(configuration))
    writeFileSync(
      join(place.folder, `Pulumi.${stack}.yaml`),
      withoutSecrets(readFileSync(configuration, 'utf8')),
    );
  await captureOutput('pulumi', ['--cwd', place.folder, 'stack', 'init', stack], {
    env: place.env,
  });
  return place;
}

/**
 * Removes the secrets from a stack's configuration, and the salt or key that opens them. A secret
 * that is absent is made on a first deploy.
 */
export function withoutSecrets(configuration: string): string {
  const { config, ...rest } = (parse(configuration) ?? {}) as {
    config?: Record<string, unknown>;
  } & Record<string, unknown>;
  const open = Object.entries(config ?? {}).filter(
    ([, value]) => typeof value !== 'object' || value === null || !('secure' in value),
  );
  const left = Object.entries(rest).filter(
    ([key]) => !['encryptionsalt', 'encryptedkey', 'secretsprovider'].includes(key),
  );
  return stringify({ ...Object.fromEntries(left), config: Object.fromEntries(open) });
}
