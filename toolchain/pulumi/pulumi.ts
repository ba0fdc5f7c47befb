/**
 * Pulumi as tools of a machine: the CLI, its language host for Node, and the plugins for Docker and
 * for commands.
 */
import { execFile } from 'node:child_process';
import { delimiter } from 'node:path';
import { promisify } from 'node:util';

import { builtWay } from '../../offline/pulumi/built.ts';
import { installGo } from '../../offline/pulumi/go.ts';
import type { Found, Tool } from '../tool.ts';
import { officialWay } from './official.ts';
import { cli, languageHost, parts } from './parts.ts';
import type { Part } from './parts.ts';
import { executable, installationInUse, isExecutable, onPath } from './places.ts';
import type { Installation } from './places.ts';

export const pulumiTools: readonly Tool[] = parts.map((part) => ({
  name: part.name,
  purpose: part.purpose,
  find: () => find(part),
  ways: [officialWay(part), builtWay(part)],
  byHand: `install Pulumi ${cli.version} (https://www.pulumi.com/docs/install/), or ${installGo}`,
}));

/** What a process must have in its environment to deploy with the Pulumi that is on this machine. */
export function pulumiEnvironment(): Record<string, string> {
  const installation = installationInUse();
  const quiet = { PULUMI_SKIP_UPDATE_CHECK: 'true' };
  // A system's own installation keeps its home: its logins, its plugins, its way to fetch more.
  if (installation === undefined || installation.way === 'system') return quiet;
  const shared = {
    ...quiet,
    PATH: [installation.bin, ...pathWithout(installation.bin)].join(delimiter),
    PULUMI_HOME: installation.home,
  };
  // Where plugins are built there is nowhere to fetch one from: a missing one is a fault at once, not after minutes of attempts.
  return installation.way === 'built'
    ? { ...shared, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true' }
    : shared;
}

async function find(part: Part): Promise<Found | undefined> {
  const installation = installationInUse();
  if (installation === undefined) return undefined;
  if (installation.way === 'system' && part.plugin === undefined)
    return findOfSystem(installation, part);
  const where = executable(installation, part);
  return isExecutable(where) ? { way: installation.way, version: part.version, where } : undefined;
}

/**
 * The system's CLI serves when it is of our major version and not too old for the packages of the
 * program.
 */
async function findOfSystem(installation: Installation, part: Part): Promise<Found | undefined> {
  const version = await versionOfCli(executable(installation, cli));
  if (!serves(version)) return undefined;
  const beside = executable(installation, part);
  const where = isExecutable(beside) ? beside : onPath(part.name);
  // The two are released together, under one version.
  return where === undefined ? undefined : { way: 'system', version, where };
}

async function versionOfCli(path: string): Promise<string> {
  const { stdout } = await promisify(execFile)(path, ['version'], {
    env: { ...process.env, PULUMI_SKIP_UPDATE_CHECK: 'true' },
  });
  return stdout.trim().replace(/^v/, '');
}

/** True for a version of the CLI that runs our program: 3.200 or newer, before 4. */
export function serves(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 3 && minor >= 200;
}

function pathWithout(folder: string): string[] {
  return (process.env['PATH'] ?? '').split(delimiter).filter((other) => other !== folder);
}
