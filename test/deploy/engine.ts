import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

import { SeparateEngine } from '../../offline/engine/engine.ts';

const exec = promisify(execFile);

/** A second Docker engine, which a test may stop and start, other than the machine's first. */
export class Engine extends SeparateEngine {
  /** As a reboot does: every container is stopped, and its restart policy starts it again. */
  async restart(): Promise<void> {
    await this.halt();
    await this.boot();
  }

  /**
   * As a host that loses its power: nothing is told to stop, and what was in memory is gone. The
   * daemon's own files of a run are on a tmpfs elsewhere.
   */
  async crash(): Promise<void> {
    const pids = await this.#listProcesses();
    await this.halt('SIGKILL');
    for (const pid of pids) killIfThere(pid);
    for (const pid of listProcessesOf(`${this.folder}/`)) killIfThere(pid);
    const mounts = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .flatMap((line) => line.split(' ').slice(1, 2))
      .filter((path) => path.startsWith(`${this.folder}/`));
    for (const path of mounts.toReversed()) await exec('umount', ['--lazy', path]);
    rmSync(join(this.folder, 'run'), { recursive: true, force: true });
    await this.boot();
  }

  /** The first process of each container. */
  async #listProcesses(): Promise<number[]> {
    const ask = async (...args: string[]) => {
      const environment = { ...process.env, ...this.environment };
      const { stdout } = await exec('docker', args, { env: environment });
      return stdout.split('\n').filter((line) => line !== '');
    };
    const running = await ask('ps', '--quiet');
    return (await ask('inspect', '--format', '{{.State.Pid}}', ...running)).map(Number);
  }

  /** Copies images from the engine that the tests use. */
  async bring(images: readonly string[]): Promise<void> {
    await exec(
      'sh',
      ['-c', 'docker save "$@" | DOCKER_HOST=$DESTINATION docker load --quiet', 'sh', ...images],
      { env: { ...process.env, DESTINATION: this.environment['DOCKER_HOST'] } },
    );
  }
}

/** @returns what watches over the containers: the folder is among its arguments */
function listProcessesOf(folder: string): number[] {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger);
  return pids.filter((pid) => pid !== process.pid && readArguments(pid).includes(folder));
}

/** @returns nothing of a process that has ended */
function readArguments(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return '';
    throw error;
  }
}

/** A container may have ended since it was listed. */
function killIfThere(pid: number): void {
  try {
    if (pid > 0) process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
