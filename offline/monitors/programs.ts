/** Prometheus and Alertmanager of the official images, compiled from Go modules, for tests. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, cp, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { cacheFolder } from '../../toolchain/cache.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { captureJson } from '../../toolchain/process.ts';
import type { Report } from '../../toolchain/tool.ts';
import { buildGo, linkerArguments } from '../pulumi/go-build.ts';
import { installGo } from '../pulumi/go.ts';

interface Module {
  readonly path: string;
  /** As the Go module proxy has it. */
  readonly version: string;
  /** Of all its files, as a go.sum has it; its own go.sum pins what it is compiled with. */
  readonly sum: string;
  /** As the official image calls it. */
  readonly release: string;
  readonly programs: readonly string[];
  readonly tags: string;
  /** A file of the web page, which a release has in it and a module has not. */
  readonly page?: string;
}

const modules: readonly Module[] = [
  {
    path: 'github.com/prometheus/prometheus',
    version: 'v0.315.0',
    sum: 'h1:sFGZWmC2Hk9N1NBJGCnXYZb5hyLCq8yuAMoEjLAg6ac=',
    release: '3.15.0',
    programs: ['prometheus', 'promtool'],
    // Clients of clouds, which find targets there: most of the time, and nothing that a stack uses.
    tags: 'netgo remove_all_sd',
  },
  {
    path: 'github.com/prometheus/alertmanager',
    version: 'v0.34.1',
    sum: 'h1:qtIIP4s20duq2fbafHIti5NYJGaZNh7irXKbJwe/W/E=',
    release: '0.34.1',
    programs: ['alertmanager', 'amtool'],
    tags: 'netgo',
    page: 'ui/app/dist/index.html',
  },
];

/** Another recipe has another folder, so nothing stale is used. */
export function monitorsFolder(): string {
  const hash = createHash('sha256').update(JSON.stringify(modules)).digest('hex').slice(0, 8);
  return join(cacheFolder(), 'monitors', hash);
}

/**
 * Compiles what is not there yet.
 *
 * @returns the folder of the programs
 */
export async function installMonitors(report: Report): Promise<string> {
  const folder = monitorsFolder();
  await mkdir(folder, { recursive: true });
  for (const module of modules)
    if (module.programs.some((name) => !existsSync(join(folder, name))))
      await compile(module, folder, report);
  return folder;
}

/** Renames each finished program once: it is there completely or not at all. */
async function compile(module: Module, folder: string, report: Report): Promise<void> {
  const source = join(folder, `source.${process.pid}`);
  const unfinished = join(folder, `program.${process.pid}`);
  const version = `-X github.com/prometheus/common/version.Version=${module.release}`;
  try {
    await copySource(module, source, report);
    for (const name of module.programs) {
      await buildGo(
        {
          doing: `compiling ${name} ${module.release} (minutes at first)`,
          folder: source,
          package: `./cmd/${name}`,
          buildArguments: ['-tags', module.tags, ...linkerArguments(version)],
          output: unfinished,
        },
        report,
      );
      await rename(unfinished, join(folder, name));
    }
  } finally {
    await rm(unfinished, { force: true });
    await rm(source, { recursive: true, force: true });
  }
}

/** A copy, because Go lets nothing be added to a module in its cache. */
async function copySource(
  { path, version, sum, page }: Module,
  folder: string,
  report: Report,
): Promise<void> {
  const go = await installGo(report);
  report(`fetching ${path} ${version}`);
  const fetched = await captureJson<{ readonly Dir: string; readonly Sum: string }>(
    go,
    ['mod', 'download', '-json', `${path}@${version}`],
    { cwd: dirname(folder), env: { GOFLAGS: '', GOWORK: 'off' } },
  );
  if (fetched.Sum !== sum)
    throw new CommandError(
      `${path} ${version} has the sum ${fetched.Sum}, and not ${sum}`,
      'clear the Go module cache, and ask who runs the Go module proxy of this machine',
    );
  await cp(fetched.Dir, folder, { recursive: true });
  await makeWritable(folder);
  if (page === undefined) return;
  await mkdir(dirname(join(folder, page)), { recursive: true });
  await writeFile(join(folder, page), 'This build has no page.\n');
}

/** Go's cache is read-only, and so would its copy be. */
async function makeWritable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries)
    if (entry.isDirectory()) await chmod(join(entry.parentPath, entry.name), 0o755);
}
