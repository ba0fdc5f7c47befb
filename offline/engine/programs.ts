/** The newest Docker engine that can be compiled from Go modules, for tests. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { cacheFolder } from '../../toolchain/cache.ts';
import { succeeds } from '../../toolchain/process.ts';
import { runWithProgress } from '../../toolchain/step.ts';
import type { Report } from '../../toolchain/tool.ts';
import { buildGo, linkerArguments } from '../pulumi/go-build.ts';

interface Program {
  readonly name: string;
  /** Next to this file; its go.mod and go.sum pin everything that is compiled. */
  readonly module: 'moby' | 'containerd' | 'runc';
  readonly package: string;
  readonly tags: string;
  /** The variable of the program that holds its version, and the version. */
  readonly version?: string;
  /** How long the compiler takes on two cores; a person is told before it starts. */
  readonly duration: string;
}

const ofMoby = { module: 'moby', tags: 'exclude_graphdriver_btrfs no_systemd' } as const;
const ofContainerd = {
  module: 'containerd',
  tags: 'no_btrfs no_cri no_zfs no_devmapper',
  version: 'github.com/containerd/containerd/v2/version.Version=2.4.2',
} as const;

const programs: readonly Program[] = [
  {
    name: 'runc',
    module: 'runc',
    package: 'github.com/opencontainers/runc',
    tags: 'seccomp urfave_cli_no_docs',
    duration: 'a quarter of a minute',
  },
  {
    ...ofContainerd,
    name: 'containerd',
    package: 'github.com/containerd/containerd/v2/cmd/containerd',
    duration: 'a minute',
  },
  {
    ...ofContainerd,
    name: 'containerd-shim-runc-v2',
    package: 'github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2',
    duration: 'a quarter of a minute',
  },
  {
    ...ofMoby,
    name: 'docker-proxy',
    package: 'github.com/moby/moby/v2/cmd/docker-proxy',
    duration: 'a quarter of a minute',
  },
  {
    ...ofMoby,
    name: 'dockerd',
    package: 'github.com/moby/moby/v2/cmd/dockerd',
    version: 'github.com/moby/moby/v2/dockerversion.Version=2.0.0-beta.24',
    duration: '4 to 6 minutes',
  },
];

/**
 * Compiles what is not there yet.
 *
 * @returns the folder of the programs; another recipe has another folder
 */
export async function installCurrentEngine(report: Report): Promise<string> {
  const folder = join(cacheFolder(), 'engine-current', recipeHash());
  await mkdir(folder, { recursive: true });
  for (const program of programs)
    if (!existsSync(join(folder, program.name))) await compile(program, folder, report);
  return folder;
}

/** Renames the finished program once: it is there completely or not at all. */
async function compile(program: Program, folder: string, report: Report): Promise<void> {
  const unfinished = join(folder, `${program.name}.${process.pid}.unfinished`);
  const variable = program.version === undefined ? '' : `-X ${program.version}`;
  try {
    await buildGo(
      {
        doing: `compiling ${program.name} (${program.duration} on 2 cores)`,
        folder: join(import.meta.dirname, program.module),
        package: program.package,
        buildArguments: ['-tags', program.tags, ...linkerArguments(variable)],
        output: unfinished,
        env: program.module === 'runc' ? await environmentWithC(folder, report) : {},
      },
      report,
    );
    await rename(unfinished, join(folder, program.name));
  } finally {
    await rm(unfinished, { force: true });
  }
}

/**
 * runc is partly in C, and has libseccomp in it: its header and archive are taken from Debian's
 * package where the machine has none.
 */
async function environmentWithC(folder: string, report: Report): Promise<Record<string, string>> {
  if (await succeeds('pkg-config', ['--exists', 'libseccomp'])) return { CGO_ENABLED: '1' };
  const headers = join(folder, 'libseccomp');
  if (!existsSync(join(headers, 'usr'))) await unpackLibseccomp(headers, report);
  const [architecture = ''] = await readdir(join(headers, 'usr/lib'));
  return {
    CGO_ENABLED: '1',
    PKG_CONFIG_SYSROOT_DIR: headers,
    PKG_CONFIG_PATH: join(headers, 'usr/lib', architecture, 'pkgconfig'),
  };
}

async function unpackLibseccomp(folder: string, report: Report): Promise<void> {
  await mkdir(folder, { recursive: true });
  const script =
    'apt-get -q download libseccomp-dev && dpkg-deb --extract libseccomp-dev_*.deb . && rm *.deb';
  await runWithProgress(
    {
      doing: 'fetching libseccomp-dev',
      command: 'sh',
      args: ['-c', script],
      cwd: folder,
      remedy: 'apt-get update, or install libseccomp-dev and pkg-config by hand',
    },
    report,
  );
}

/** Eight hex digits of everything that decides what is compiled. */
function recipeHash(): string {
  const hash = createHash('sha256').update(JSON.stringify(programs));
  for (const module of new Set(programs.map((one) => one.module)))
    for (const file of ['go.mod', 'go.sum'])
      hash.update(readFileSync(join(import.meta.dirname, module, file)));
  return hash.digest('hex').slice(0, 8);
}
