/**
 * Compiles the parts of Pulumi from Go modules, on a machine that reaches the Go module proxy and
 * not Pulumi's downloads.
 */
import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { cli, languageHost } from '../../toolchain/pulumi/parts.ts';
import type { Part } from '../../toolchain/pulumi/parts.ts';
import { executable, isExecutable } from '../../toolchain/pulumi/places.ts';
import type { PulumiBuilder } from '../../toolchain/pulumi/pulumi.ts';
import type { InstallMethod, Report } from '../../toolchain/tool.ts';
import { buildGo } from './go-build.ts';
import { compiledInstallation, goModuleOf, moduleFolder } from './go-modules.ts';
import { findGoObstacle, goByHand } from './go.ts';

export const pulumiCompiler: PulumiBuilder = {
  installation: compiledInstallation,
  methodFor: compileMethod,
  byHand: goByHand,
};

function compileMethod(part: Part): InstallMethod {
  return {
    origin: 'built',
    isTried: true,
    findObstacle: findGoObstacle,
    install: async (report) => {
      // A compiled plugin works with a compiled CLI. Where the CLI could be downloaded and a plugin
      // cannot, CLI and language host are compiled too.
      for (const wanted of part.plugin === undefined ? [part] : [cli, languageHost, part]) {
        if (!isExecutable(executable(compiledInstallation(), wanted)))
          await compile(wanted, report);
      }
    },
  };
}

async function compile(part: Part, report: Report): Promise<void> {
  const module = goModuleOf(part);
  const installation = compiledInstallation();
  // Next to bin and home, not inside: the CLI takes a plugin's folder without its executable for an
  // installed plugin.
  const workFolder = dirname(installation.bin);
  await mkdir(workFolder, { recursive: true });
  await removeAbandoned(workFolder);
  const unfinished = join(workFolder, `${part.name}.${process.pid}.unfinished`);
  try {
    await buildGo(
      {
        doing: `compiling ${part.name} ${part.version} (${module.duration})`,
        folder: moduleFolder(module),
        package: module.package,
        buildArguments: module.buildArguments,
        output: unfinished,
      },
      report,
    );
    await moveIntoPlace(part, unfinished, executable(installation, part));
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Renames a finished executable once, so that a part is there completely or not at all. */
async function moveIntoPlace(part: Part, finished: string, place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  if (part !== languageHost) return rename(finished, place);
  await rename(finished, `${place}.bin`);
  await writeFile(finished, languageHostWrapper);
  await chmod(finished, 0o755);
  await rename(finished, place);
}

/**
 * This language host takes no runtime options from Pulumi.yaml, only flags. ts-node is off, because
 * Node itself removes the types.
 */
const languageHostWrapper = `#!/bin/sh
exec "$0.bin" -typescript=false "-nodeargs=--disable-warning=ExperimentalWarning" "$@"
`;

/** Removes what interrupted builds left; the file of a build that still runs stays. */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = /\.(\d+)\.unfinished$/.exec(name)?.[1];
    if (pid !== undefined && !isRunning(Number(pid))) await rm(join(folder, name), { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
