/** Docker Compose: the machine's own, else built once from its Go module. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { buildGo, linkerArguments } from '../../offline/pulumi/go-build.ts';
import { cacheFolder } from '../../toolchain/cache.ts';
import { captureResult } from '../../toolchain/process.ts';
import type { Report } from '../row.ts';

const version = '2.40.3';
const moduleFolder = join(import.meta.dirname, 'module');

export interface ComposeProgram {
  readonly command: string;
  /** What stands before Compose's own arguments. */
  readonly args: readonly string[];
  readonly version: string;
}

/** @returns the machine's own Compose where its major version is 2 */
export async function findCompose(report: Report): Promise<ComposeProgram> {
  const { problem, stdout } = await captureResult('docker', ['compose', 'version', '--short']);
  const present = stdout.trim().replace(/^v/, '');
  if (problem === undefined && present.startsWith('2.'))
    return { command: 'docker', args: ['compose'], version: present };
  const hash = createHash('sha256');
  for (const file of ['go.mod', 'go.sum']) hash.update(await readFile(join(moduleFolder, file)));
  const folder = `compose-${version}-${hash.digest('hex').slice(0, 8)}`;
  const place = join(cacheFolder(), 'bench', folder, 'docker-compose');
  if (!existsSync(place)) await buildCompose(place, report);
  return { command: place, args: [], version };
}

/** Renames the finished executable once: it is there completely or not at all. */
async function buildCompose(place: string, report: Report): Promise<void> {
  const unfinished = `${place}.${process.pid}.unfinished`;
  await mkdir(dirname(place), { recursive: true });
  const variable = `-X github.com/docker/compose/v2/internal.Version=v${version}`;
  try {
    await buildGo(
      {
        doing: `compiling Docker Compose ${version} (3 to 5 minutes on 2 cores)`,
        folder: moduleFolder,
        package: 'github.com/docker/compose/v2/cmd',
        buildArguments: linkerArguments(variable),
        output: unfinished,
      },
      report,
    );
    await rename(unfinished, place);
  } finally {
    await rm(unfinished, { force: true });
  }
}
