/** Which Go module each part of Pulumi is compiled from, and where the results are. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { cli, commandPlugin, dockerPlugin, languageHost } from '../../toolchain/pulumi/parts.ts';
import type { Part } from '../../toolchain/pulumi/parts.ts';
import { cachedInstallation } from '../../toolchain/pulumi/places.ts';
import type { Installation } from '../../toolchain/pulumi/places.ts';
import { linkerArguments } from './go-build.ts';

interface GoModule {
  readonly part: Part;
  /** Next to this file; its go.mod and go.sum pin everything that the part is compiled from. */
  readonly folder: string;
  readonly package: string;
  readonly buildArguments: readonly string[];
  /** How long the compiler takes on two cores; a person is told before it starts. */
  readonly duration: string;
}

const goModules: readonly GoModule[] = [
  {
    part: cli,
    folder: 'cli',
    package: 'github.com/pulumi/pulumi/pkg/v3/cmd/pulumi',
    buildArguments: linkerArguments(
      '-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v3.256.0',
    ),
    duration: '3 to 5 minutes on 2 cores',
  },
  {
    part: languageHost,
    folder: 'language-nodejs',
    package: 'github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs',
    buildArguments: linkerArguments(''),
    duration: 'half a minute',
  },
  {
    part: dockerPlugin,
    folder: 'docker-plugin',
    package: '.',
    // Without docker_compose, which Pulumi does not offer and which needs cgo on a Mac.
    buildArguments: ['-tags', 'no_compose', ...linkerArguments('-X main.version=5.2.0')],
    duration: '1 to 2 minutes',
  },
  {
    part: commandPlugin,
    folder: 'command-plugin',
    package: '.',
    buildArguments: linkerArguments('-X main.version=1.2.1'),
    duration: 'about a minute',
  },
];

export function goModuleOf(part: Part): GoModule {
  const module = goModules.find((one) => one.part === part);
  if (module === undefined) throw new Error(`${part.name} has no Go module`);
  return module;
}

export function moduleFolder({ folder }: GoModule): string {
  return join(import.meta.dirname, folder);
}

/** Where compiled parts are put. A changed recipe has another folder, so nothing stale is used. */
export function compiledInstallation(): Installation {
  return cachedInstallation('built', `${cli.version}-${recipeHash()}`);
}

/**
 * Eight hex digits of everything that decides what is compiled: the Go modules' files and the
 * arguments of the build. Paths count from the module's own folder.
 */
function recipeHash(): string {
  const builds = goModules.map(({ part, ...module }) => [
    module.package,
    part.version,
    ...module.buildArguments,
  ]);
  const hash = createHash('sha256').update(JSON.stringify(builds));
  for (const module of goModules) {
    const folder = moduleFolder(module);
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    for (const file of files.filter((name) => /(\.go|go\.mod|go\.sum)$/.test(name)).sort()) {
      hash
        .update(`${module.folder}/${file}\0`)
        .update(readFileSync(join(folder, file)))
        .update('\0');
    }
  }
  return hash.digest('hex').slice(0, 8);
}
