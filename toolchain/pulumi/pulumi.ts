/**
 * Pulumi as tools of a machine: the CLI, its language host for Node, and the plugins for Docker and
 * for commands.
 */
import { delimiter } from 'node:path';

import { captureOutput } from '../process.ts';
import type { Found, InstallMethod, Tool } from '../tool.ts';
import { officialMethod } from './official.ts';
import { cli, parts } from './parts.ts';
import type { Part } from './parts.ts';
import {
  executable,
  isExecutable,
  officialInstallation,
  onPath,
  systemInstallation,
} from './places.ts';
import type { Installation } from './places.ts';

/** Makes Pulumi on this machine, where its downloads cannot be reached. */
export interface PulumiBuilder {
  /** Where what it builds lies, whether it is there or not. */
  readonly installation: () => Installation;
  readonly methodFor: (part: Part) => InstallMethod;
  /** What a person can install so that it can build: "install Go 1.25 or newer". */
  readonly byHand: string;
}

interface Pulumi {
  readonly tools: readonly Tool[];
  /** What a process must have in its environment to deploy with the Pulumi of this machine. */
  readonly environment: () => Record<string, string>;
}

/** Pulumi as its makers publish it, or else as `builder` makes it. */
export function createPulumi(builder: PulumiBuilder): Pulumi {
  const findInstallation = () => findInstallationInUse(builder);
  return {
    tools: parts.map((part) => ({
      name: part.name,
      purpose: part.purpose,
      find: () => findPart(part, findInstallation()),
      methods: [officialMethod(part, findInstallation), builder.methodFor(part)],
      byHand:
        `install Pulumi ${cli.version} (https://www.pulumi.com/docs/install/), ` +
        `or ${builder.byHand}`,
    })),
    environment: () => environmentFor(findInstallation()),
  };
}

/**
 * The installation that a deployment uses now. What Pulse installed comes before the system's own:
 * it was installed because the machine lacked it.
 */
function findInstallationInUse(builder: PulumiBuilder): Installation | undefined {
  return (
    [builder.installation(), officialInstallation()].find((installation) =>
      isExecutable(executable(installation, cli)),
    ) ?? systemInstallation()
  );
}

function environmentFor(installation: Installation | undefined): Record<string, string> {
  const quiet = { PULUMI_SKIP_UPDATE_CHECK: 'true' };
  // The system's own installation keeps its home: its logins, its plugins, its downloads.
  if (installation === undefined || installation.origin === 'system') return quiet;
  const cached = {
    ...quiet,
    PATH: [installation.bin, ...pathWithout(installation.bin)].join(delimiter),
    PULUMI_HOME: installation.home,
  };
  // Where plugins are built there is no server to fetch one from: without this, a missing plugin
  // is reported only after minutes of attempts.
  return installation.origin === 'built'
    ? { ...cached, PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: 'true' }
    : cached;
}

async function findPart(
  part: Part,
  installation: Installation | undefined,
): Promise<Found | undefined> {
  if (installation === undefined) return undefined;
  if (installation.origin === 'system' && part.plugin === undefined)
    return findSystemPart(installation, part);
  const where = executable(installation, part);
  if (!isExecutable(where)) return undefined;
  return { origin: installation.origin, version: part.version, where };
}

/**
 * The system's CLI is used when it has our major version and is not too old for the packages of the
 * program. The CLI and the language host are released together, under one version.
 */
async function findSystemPart(installation: Installation, part: Part): Promise<Found | undefined> {
  const version = await readCliVersion(executable(installation, cli));
  if (!isSupportedCli(version)) return undefined;
  const nextToCli = executable(installation, part);
  const where = isExecutable(nextToCli) ? nextToCli : onPath(part.name);
  return where === undefined ? undefined : { origin: 'system', version, where };
}

async function readCliVersion(path: string): Promise<string> {
  const printed = await captureOutput(path, ['version'], {
    env: { PULUMI_SKIP_UPDATE_CHECK: 'true' },
  });
  return printed.trim().replace(/^v/, '');
}

/** True for a version of the CLI that runs our program: 3.200 or newer, before 4. */
export function isSupportedCli(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major === 3 && minor >= 200;
}

function pathWithout(folder: string): string[] {
  return (process.env['PATH'] ?? '').split(delimiter).filter((other) => other !== folder);
}
