/**
 * Compiles the parts from Go modules, on a machine that reaches the Go module proxy and not
 * Pulumi's downloads.
 */
import { chmod, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { cli, languageHost } from '../../toolchain/pulumi/parts.ts';
import type { Part } from '../../toolchain/pulumi/parts.ts';
import {
  builtInstallation,
  executable,
  isExecutable,
  modulesFolder,
} from '../../toolchain/pulumi/places.ts';
import { run } from '../../toolchain/pulumi/step.ts';
import type { Way } from '../../toolchain/tool.ts';
import { bringGo, obstacleToGo } from './go.ts';

export function builtWay(part: Part): Way {
  return {
    way: 'built',
    tried: true,
    obstacle: obstacleToGo,
    install: async (report) => {
      // A plugin built here serves a CLI built here: where the CLI came another way and its plugins could not, all are built.
      for (const wanted of part.plugin === undefined ? [part] : [cli, languageHost, part]) {
        if (!isExecutable(executable(builtInstallation(), wanted))) await build(wanted, report);
      }
    },
  };
}

async function build(part: Part, report: (line: string) => void): Promise<void> {
  const go = await bringGo(report);
  const installation = builtInstallation();
  // Beside bin and home, not inside: a plugin's folder without its executable is one that the CLI believes in.
  const workplace = dirname(installation.bin);
  await mkdir(workplace, { recursive: true });
  await removeAbandoned(workplace);
  const unfinished = join(workplace, `${part.name}.${process.pid}.unfinished`);
  try {
    await run(
      {
        doing: `compiling ${part.name} ${part.version} (${part.duration})`,
        command: go,
        args: [
          'build',
          '-v',
          '-mod=readonly',
          '-buildvcs=false',
          ...part.buildArguments,
          '-o',
          unfinished,
          part.package,
        ],
        cwd: join(modulesFolder, part.module),
        // No C compiler is needed, no workspace of the machine's owner joins in, and no other flag of theirs.
        env: { CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' },
        remedy:
          'Go fetches modules from the address in `go env GOPROXY`: see that this machine reaches it, and that its disk has 6 GB free.',
        progress: countOfGoBuild(),
      },
      report,
    );
    await install(part, unfinished, executable(installation, part));
  } finally {
    await rm(unfinished, { force: true });
  }
}

/** Puts a finished executable in its place, in one rename: a part is there whole or not at all. */
async function install(part: Part, finished: string, place: string): Promise<void> {
  await mkdir(dirname(place), { recursive: true });
  if (part !== languageHost) return rename(finished, place);
  await rename(finished, `${place}.bin`);
  await writeFile(finished, wrapperOfLanguageHost);
  await chmod(finished, 0o755);
  await rename(finished, place);
}

/**
 * This language host takes no runtime options from Pulumi.yaml, only flags: Node strips the types,
 * so ts-node is off.
 */
const wrapperOfLanguageHost = `#!/bin/sh
exec "$0.bin" -typescript=false "-nodeargs=--disable-warning=ExperimentalWarning" "$@"
`;

/** Go names each module as it fetches it, and each package as it compiles it. */
function countOfGoBuild(): (line: string) => string | undefined {
  let modules = 0;
  let packages = 0;
  return (line) => {
    if (line.startsWith('go: downloading ')) modules += 1;
    else if (/^[\w.~-]+(\/[\w.~-]+)*$/.test(line)) packages += 1;
    else return undefined;
    return packages === 0 ? `${modules} modules fetched` : `${packages} packages compiled`;
  };
}

/**
 * An interrupted build leaves its unfinished file: the next one clears it away, unless its maker
 * still runs.
 */
async function removeAbandoned(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const maker = /\.(\d+)\.unfinished$/.exec(name)?.[1];
    if (maker !== undefined && !isRunning(Number(maker)))
      await rm(join(folder, name), { force: true });
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
