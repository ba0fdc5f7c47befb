import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

import { machineDocker, reportContainers } from './container-report.ts';
import { eventually } from './eventually.ts';
import { reportOnFailure } from './failure-report.ts';
import type { Files } from './failure-report.ts';
import { removeAtExit } from './reaper.ts';
import { imageReference } from './server.ts';
import { timed } from './timed.ts';

const execute = promisify(execFile);
const root = join(import.meta.dirname, '../..');

/** A worker under the kernel's memory limit; it restarts when it dies, as a stack's worker does. */
export interface WorkerContainer extends AsyncDisposable {
  /** How often it was started again. */
  restarts(): Promise<number>;
  running(): Promise<boolean>;
  /** Seconds since 1970 when it was started last. */
  startedAt(): Promise<number>;
  /**
   * Changes its limit while it runs.
   *
   * @returns false where the kernel refuses it, for the worker uses more at this moment, or where
   *   the worker has ended meanwhile and was started again
   */
  limitMemory(bytes: number): Promise<boolean>;
}

/**
 * This checkout's worker in a container of the node image, on the host's network, where a test
 * stack's proxies are. The heap may grow past the limit, so that it is the kernel that ends it,
 * with SIGKILL, and not V8.
 *
 * @param megabytes of memory; there is no swap
 */
export function startWorkerContainer(
  environment: Readonly<Record<string, string>>,
  megabytes: number,
): Promise<WorkerContainer> {
  return timed('start of a worker container', () => runWorker(environment, megabytes));
}

async function runWorker(
  environment: Readonly<Record<string, string>>,
  megabytes: number,
): Promise<WorkerContainer> {
  const name = `pulse-test-worker-${randomBytes(4).toString('hex')}`;
  const folder = dirname(environment['HF_HOME'] ?? '');
  const variables = Object.entries({
    ...environment,
    NODE_OPTIONS: `--max-old-space-size=${megabytes * 8}`,
  }).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  const image = await imageReference('node');
  await cacheFilesOf(image);
  const { now: remove } = removeAtExit('docker', 'rm', '--force', name);
  await execute('docker', [
    'run',
    '--detach',
    '--name',
    name,
    '--network',
    'host',
    '--restart',
    'unless-stopped',
    '--memory',
    `${megabytes}m`,
    '--memory-swap',
    `${megabytes}m`,
    '--volume',
    `${root}:/app:ro`,
    '--volume',
    `${folder}:${folder}`,
    '--workdir',
    '/app',
    ...variables,
    image,
    'node',
    'worker/worker.ts',
  ]);
  // Its test may go on without it, and fail later: what it was at its end is kept.
  let last: Files | undefined;
  const report = () => reportContainers(machineDocker, [name]);
  reportOnFailure(async () => last ?? report());
  const inspect = async (format: string) =>
    (await execute('docker', ['inspect', '--format', format, name])).stdout.trim();
  const restarts = async () => Number(await inspect('{{.RestartCount}}'));
  return {
    restarts,
    limitMemory: (bytes) => limitMemory(name, bytes, restarts),
    startedAt: async () => Date.parse(await inspect('{{.State.StartedAt}}')) / 1_000,
    running: async () => (await inspect('{{.State.Running}}')) === 'true',
    [Symbol.asyncDispose]: async () => {
      last = await report();
      await remove();
    },
  };
}

async function limitMemory(
  name: string,
  bytes: number,
  restarts: () => Promise<number>,
): Promise<boolean> {
  const before = await restarts();
  try {
    await execute('docker', ['update', `--memory=${bytes}b`, `--memory-swap=${bytes}b`, name]);
    return true;
  } catch (error) {
    if (String(error).includes('unable to set memory limit')) return false;
    // The engine finds nothing to limit where the kernel has just killed it.
    await eventually(
      `another start after: ${String(error)}`,
      async () => (await restarts()) > before,
      60_000,
    );
    return false;
  }
}

/**
 * Reads every file of an image once, without a limit. The kernel charges a page of a file to the
 * first who reads it. Charged to the worker, the pages of Node's own program are dropped near the
 * limit and read again from disk: on a slow disk that goes on for minutes before the kill.
 */
async function cacheFilesOf(image: string): Promise<void> {
  const readAll = 'find / -xdev -type f -exec cat {} + > /dev/null';
  await execute('docker', ['run', '--rm', '--network', 'none', image, 'sh', '-c', readAll]);
}
