/**
 * Brings the parts as their makers publish them. Nobody has walked this way yet: no machine so far
 * reached the downloads.
 */
import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CommandError } from '../command-error.ts';
import type { Way } from '../tool.ts';
import { cli } from './parts.ts';
import type { Part } from './parts.ts';
import { executable, installationInUse, isExecutable, officialInstallation } from './places.ts';
import { run } from './step.ts';

const RELEASES = 'https://get.pulumi.com/releases';
const ANSWER_WITHIN_MS = 3_000;
const DOWNLOAD_WITHIN_MS = 10 * 60_000;
const networkRemedy =
  'See that this machine reaches https://get.pulumi.com, or install Pulumi by hand (https://www.pulumi.com/docs/install/).';

/** The CLI and the language host are in one archive; a plugin is fetched by the CLI. */
export function officialWay(part: Part): Way {
  return {
    way: 'official',
    tried: false,
    obstacle: () => (part.plugin === undefined ? obstacleToArchive() : obstacleToPlugin(part)),
    install: (report) =>
      part.plugin === undefined ? installArchive(report) : installPlugin(part, report),
  };
}

async function obstacleToArchive(): Promise<string | undefined> {
  const name = archiveName();
  if (name === undefined)
    return `Pulumi publishes nothing for ${process.platform} on ${process.arch}`;
  return obstacleTo(`${RELEASES}/sdk/${name}`);
}

async function obstacleToPlugin(part: Part): Promise<string | undefined> {
  if (installationInUse()?.way === 'built')
    return 'the Pulumi CLI was built on this machine, and its plugins with it';
  const arch = process.arch === 'x64' ? 'amd64' : process.arch;
  return obstacleTo(
    `${RELEASES}/plugins/${part.name}-v${part.version}-${process.platform}-${arch}.tar.gz`,
  );
}

async function obstacleTo(url: string): Promise<string | undefined> {
  try {
    const answer = await fetch(url, {
      method: 'HEAD',
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    });
    return answer.ok ? undefined : `${url} answers ${answer.status}`;
  } catch (error) {
    return `${new URL(url).host} cannot be reached (${reasonOf(error)})`;
  }
}

async function installArchive(report: (line: string) => void): Promise<void> {
  const { bin } = officialInstallation();
  // The first of the two parts to come brings both.
  if (isExecutable(join(bin, cli.name))) return;
  const name = archiveName();
  if (name === undefined)
    throw new CommandError(
      `Pulumi publishes nothing for ${process.platform} on ${process.arch}`,
      networkRemedy,
    );

  const unfinished = `${bin}.${process.pid}.unfinished`;
  await mkdir(unfinished, { recursive: true });
  try {
    report(`downloading ${name}`);
    const archive = await download(`${RELEASES}/sdk/${name}`);
    const checksums = (
      await download(`${RELEASES}/sdk/pulumi-${cli.version}-checksums.txt`)
    ).toString();
    requireChecksum(name, archive, checksums);
    const file = join(unfinished, name);
    await writeFile(file, archive);
    const remedy = 'Install tar, and see that the disk is not full.';
    await run(
      {
        doing: `unpacking ${name}`,
        command: 'tar',
        args: ['-xzf', file, '-C', unfinished, '--strip-components=1'],
        remedy,
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

/** The CLI itself makes sure that a plugin is there whole or not at all. */
async function installPlugin(part: Part, report: (line: string) => void): Promise<void> {
  const installation = installationInUse();
  if (installation === undefined || part.plugin === undefined)
    throw new CommandError(`No Pulumi CLI to install ${part.name} with`, networkRemedy);
  await run(
    {
      doing: `downloading ${part.name} ${part.version}`,
      command: executable(installation, cli),
      args: ['plugin', 'install', 'resource', part.plugin, part.version],
      env: { PULUMI_HOME: installation.home, PULUMI_SKIP_UPDATE_CHECK: 'true' },
      remedy: networkRemedy,
    },
    report,
  );
}

function archiveName(): string | undefined {
  const served =
    ['linux', 'darwin'].includes(process.platform) && ['x64', 'arm64'].includes(process.arch);
  return served ? `pulumi-v${cli.version}-${process.platform}-${process.arch}.tar.gz` : undefined;
}

async function download(url: string): Promise<Buffer> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(DOWNLOAD_WITHIN_MS) });
    if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  } catch (error) {
    throw new CommandError(
      `${url} could not be downloaded: ${reasonOf(error)}`,
      networkRemedy,
      error,
    );
  }
}

/** Throws unless the list of checksums, one `<sha256> <name>` a line, vouches for the file. */
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

/** The cause of a failed fetch is one level down ("fetch failed" says nothing). */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message : error.message;
}
