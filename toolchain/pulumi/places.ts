/** Where the parts lie. A set of them has one origin: a CLI built here goes with plugins built here. */
import { createHash } from 'node:crypto';
import { accessSync, constants, readdirSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

import { cli, parts } from './parts.ts';
import type { Part } from './parts.ts';

/** One complete installation of Pulumi. */
export interface Installation {
  readonly way: 'system' | 'official' | 'built';
  /** Holds the CLI and the language host. */
  readonly bin: string;
  /** What PULUMI_HOME is for it; its plugins are inside. */
  readonly home: string;
}

export const modulesFolder = join(import.meta.dirname, '../../offline/pulumi');

export function cacheFolder(): string {
  return process.env['PULSE_CACHE'] ?? join(homedir(), '.cache', 'pulse');
}

export function builtInstallation(): Installation {
  return cached('built', `${cli.version}-${recipeHash()}`);
}

export function officialInstallation(): Installation {
  return cached('official', `${cli.version}-official`);
}

/**
 * The installation a deployment uses now. What was brought here comes first: it is there because
 * the machine lacked it.
 */
export function installationInUse(): Installation | undefined {
  return (
    [builtInstallation(), officialInstallation()].find((one) =>
      isExecutable(executable(one, cli)),
    ) ?? systemInstallation()
  );
}

/** The path of a part in an installation, whether it is there or not. */
export function executable(installation: Installation, part: Part): string {
  if (part.plugin === undefined) return join(installation.bin, part.name);
  return join(installation.home, 'plugins', `resource-${part.plugin}-v${part.version}`, part.name);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    // Absent or not ours to run: either way it cannot be used.
    return false;
  }
}

/** The first executable of this name on PATH. */
export function onPath(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

/**
 * The CLI a person installed. What lies in our cache is on PATH too, after `eval "$(./pulse env)"`,
 * and is not the system's.
 */
function systemInstallation(): Installation | undefined {
  const path = onPath(cli.name);
  if (path === undefined || path.startsWith(cacheFolder())) return undefined;
  return {
    way: 'system',
    bin: join(path, '..'),
    home: process.env['PULUMI_HOME'] ?? join(homedir(), '.pulumi'),
  };
}

function cached(way: 'official' | 'built', folder: string): Installation {
  const root = join(cacheFolder(), 'pulumi', folder);
  return { way, bin: join(root, 'bin'), home: join(root, 'home') };
}

/**
 * Eight hex digits of everything that decides what is compiled: the Go modules' files and the
 * arguments of the build.
 */
function recipeHash(): string {
  const hash = createHash('sha256').update(
    JSON.stringify(parts.map((part) => [part.package, part.version, ...part.buildArguments])),
  );
  for (const { module } of parts) {
    const files = readdirSync(join(modulesFolder, module), { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => /(\.go|go\.mod|go\.sum)$/.test(name)).sort()) {
      hash
        .update(`${module}/${file}\0`)
        .update(readFileSync(join(modulesFolder, module, file)))
        .update('\0');
    }
  }
  return hash.digest('hex').slice(0, 8);
}
