/** Where the parts of Pulumi are. All parts of one installation have the same origin. */
import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

import { cacheFolder } from '../cache.ts';
import type { Origin } from '../tool.ts';
import { cli } from './parts.ts';
import type { Part } from './parts.ts';

/** One complete installation of Pulumi. */
export interface Installation {
  readonly origin: Origin;
  /** Folder of the CLI and the language host. */
  readonly bin: string;
  /** PULUMI_HOME of this installation; the plugins are inside. */
  readonly home: string;
}

/** The folders of an installation in the cache, whether it is there or not. */
export function cachedInstallation(
  origin: Exclude<Origin, 'system'>,
  folder: string,
): Installation {
  const root = join(cacheFolder(), 'pulumi', folder);
  return { origin, bin: join(root, 'bin'), home: join(root, 'home') };
}

export function officialInstallation(): Installation {
  return cachedInstallation('official', `${cli.version}-official`);
}

/**
 * The CLI that a person installed. What Pulse installed is on PATH too, after `eval "$(./pulse
 * env)"`, and does not count.
 */
export function systemInstallation(): Installation | undefined {
  const path = onPath(cli.name);
  if (path === undefined || path.startsWith(cacheFolder())) return undefined;
  return {
    origin: 'system',
    bin: join(path, '..'),
    home: process.env['PULUMI_HOME'] ?? join(homedir(), '.pulumi'),
  };
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
    // Absent, or this user may not run it: in both cases it cannot be used.
    return false;
  }
}

/** The first executable of this name on PATH. */
export function onPath(name: string): string | undefined {
  const folders = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== '');
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}
