/**
 * Installs the parts of Pulumi as their makers publish them. This method has never been used: no
 * machine that Pulse was tried on reached the downloads.
 */
import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CommandError } from '../command-error.ts';
import { runWithProgress } from '../step.ts';
import type { InstallMethod, Report } from '../tool.ts';
import { cli } from './parts.ts';
import type { Part } from './parts.ts';
import { executable, isExecutable, officialInstallation } from './places.ts';
import type { Installation } from './places.ts';

const releasesUrl = 'https://get.pulumi.com/releases';
const answerLimitMs = 3_000;
const downloadLimitMs = 10 * 60_000;
const networkRemedy =
  'Check that this machine reaches https://get.pulumi.com, ' +
  'or install Pulumi by hand (https://www.pulumi.com/docs/install/).';

type FindInstallation = () => Installation | undefined;

/** The CLI and the language host are in one archive; a plugin is fetched by the CLI. */
export function officialMethod(part: Part, findInstallation: FindInstallation): InstallMethod {
  const { plugin } = part;
  return {
    origin: 'official',
    isTried: false,
    findObstacle: () =>
      plugin === undefined ? findArchiveObstacle() : findPluginObstacle(part, findInstallation()),
    install: (report) =>
      plugin === undefined
        ? installArchive(report)
        : installPlugin(part, plugin, findInstallation(), report),
  };
}

async function findArchiveObstacle(): Promise<string | undefined> {
  const name = archiveName();
  return name === undefined ? nothingPublished() : findDownloadObstacle(`sdk/${name}`);
}

async function findPluginObstacle(
  part: Part,
  installation: Installation | undefined,
): Promise<string | undefined> {
  if (installation?.origin === 'built')
    return 'the Pulumi CLI was built on this machine, and its plugins with it';
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  return findDownloadObstacle(
    `plugins/${part.name}-v${part.version}-${process.platform}-${arch}.tar.gz`,
  );
}

async function findDownloadObstacle(path: string): Promise<string | undefined> {
  const url = `${releasesUrl}/${path}`;
  try {
    const signal = AbortSignal.timeout(answerLimitMs);
    const answer = await fetch(url, { method: 'HEAD', signal });
    return answer.ok ? undefined : `${url} answers ${answer.status}`;
  } catch (error) {
    return `${new URL(url).host} cannot be reached (${causeOf(error)})`;
  }
}

async function installArchive(report: Report): Promise<void> {
  const { bin } = officialInstallation();
  // The CLI and the language host are in one archive: the second of them is there already.
  if (isExecutable(join(bin, cli.name))) return;
  const name = archiveName();
  if (name === undefined) throw new CommandError(nothingPublished(), networkRemedy);

  const unfinished = `${bin}.${process.pid}.unfinished`;
  await mkdir(unfinished, { recursive: true });
  try {
    report(`downloading ${name}`);
    const archive = await download(`sdk/${name}`);
    const checksums = await download(`sdk/pulumi-${cli.version}-checksums.txt`);
    requireChecksum(name, archive, checksums.toString());
    const file = join(unfinished, name);
    await writeFile(file, archive);
    await runWithProgress(
      {
        doing: `unpacking ${name}`,
        command: 'tar',
        args: ['-xzf', file, '-C', unfinished, '--strip-components=1'],
        remedy: 'Install tar, and check that the disk is not full.',
      },
      report,
    );
    await rm(file);
    await rm(bin, { recursive: true, force: true });
    await rename(unfinished, bin);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** The CLI itself makes sure that a plugin is there completely or not at all. */
async function installPlugin(
  part: Part,
  plugin: string,
  installation: Installation | undefined,
  report: Report,
): Promise<void> {
  if (installation === undefined)
    throw new CommandError(`No Pulumi CLI to install ${part.name} with`, networkRemedy);
  await runWithProgress(
    {
      doing: `downloading ${part.name} ${part.version}`,
      command: executable(installation, cli),
      args: ['plugin', 'install', 'resource', plugin, part.version],
      env: { PULUMI_HOME: installation.home, PULUMI_SKIP_UPDATE_CHECK: 'true' },
      remedy: networkRemedy,
    },
    report,
  );
}

/** The name of the archive for this machine, or undefined where Pulumi publishes none. */
function archiveName(): string | undefined {
  const isPublished =
    ['linux', 'darwin'].includes(process.platform) && ['x64', 'arm64'].includes(process.arch);
  return isPublished
    ? `pulumi-v${cli.version}-${process.platform}-${process.arch}.tar.gz`
    : undefined;
}

function nothingPublished(): string {
  return `Pulumi publishes nothing for ${process.platform} on ${process.arch}`;
}

async function download(path: string): Promise<Buffer> {
  const url = `${releasesUrl}/${path}`;
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(downloadLimitMs) });
    if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  } catch (error) {
    throw new CommandError(
      `${url} could not be downloaded: ${causeOf(error)}`,
      networkRemedy,
      error,
    );
  }
}

/**
 * Compares a download with its published checksum.
 *
 * @param checksums One `<sha256> <name>` a line.
 * @throws CommandError When the file is not listed, or its checksum differs.
 */
export function requireChecksum(name: string, content: Buffer, checksums: string): void {
  const listed = checksums
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .find(([, file]) => file === name)?.[0];
  const actual = createHash('sha256').update(content).digest('hex');
  if (listed === actual) return;
  const problem =
    listed === undefined
      ? 'is not in the list of checksums'
      : `has the checksum ${actual}, not ${listed}`;
  throw new CommandError(
    `The download ${name} ${problem}`,
    'Something on the way changed it: try again, or install Pulumi by hand.',
  );
}

/** Fetch reports "fetch failed"; the reason is in its cause. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
