import { execFile, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

import { eventually } from '../harness/eventually.ts';
import { Uplink } from './uplink.ts';

const exec = promisify(execFile);

/**
 * A second Docker engine with its own data, socket and network. A test may stop and start it, other
 * than the machine's first.
 */
export class Engine implements AsyncDisposable {
  readonly #folder = mkdtempSync(join(tmpdir(), 'pulse-engine-'));
  readonly #uplink = new Uplink(basename(this.#folder));
  readonly environment = { DOCKER_HOST: `unix://${this.#folder}/docker.sock` };
  /** Where its ports are, as the host reaches them. */
  readonly address = this.#uplink.address;
  #daemon: ChildProcess | undefined;

  async start(): Promise<void> {
    await this.#uplink.lay();
    await this.#boot();
  }

  /** As a reboot does: every container is stopped, and its restart policy starts it again. */
  async restart(): Promise<void> {
    await this.#halt();
    await this.#boot();
  }

  /**
   * As a host that loses its power: nothing is told to stop, and what was in memory is gone. The
   * daemon's own files of a run are on a tmpfs elsewhere.
   */
  async crash(): Promise<void> {
    const pids = await this.#listProcesses();
    this.#daemon?.kill('SIGKILL');
    if (this.#daemon !== undefined) await once(this.#daemon, 'exit');
    for (const pid of pids) killIfThere(pid);
    for (const pid of listProcessesOf(`${this.#folder}/`)) killIfThere(pid);
    const mounts = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .flatMap((line) => line.split(' ').slice(1, 2))
      .filter((path) => path.startsWith(`${this.#folder}/`));
    for (const path of mounts.toReversed()) await exec('umount', ['--lazy', path]);
    rmSync(join(this.#folder, 'run'), { recursive: true, force: true });
    await this.#boot();
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

  /** Copies images from the machine's first engine. */
  async bring(images: readonly string[]): Promise<void> {
    await exec(
      'sh',
      ['-c', 'docker save "$@" | DOCKER_HOST=$DESTINATION docker load --quiet', 'sh', ...images],
      { env: { ...process.env, DESTINATION: this.environment.DOCKER_HOST } },
    );
  }

  /** Starts the daemon. On a busy machine it may end with "timeout waiting for containerd". */
  async #boot(): Promise<void> {
    this.#startDaemon();
    await eventually('an engine that answers', () => {
      if (this.#daemon?.exitCode !== null) this.#startDaemon();
      return exec('docker', ['version'], { env: { ...process.env, ...this.environment } });
    });
  }

  #startDaemon(): void {
    const log = openSync(join(this.#folder, 'log'), 'a');
    const places = [
      '--data-root',
      join(this.#folder, 'data'),
      '--exec-root',
      join(this.#folder, 'run'),
      '--pidfile',
      join(this.#folder, 'pid'),
      '--host',
      this.environment.DOCKER_HOST,
    ];
    // Not `ip netns exec`: it hides the mounts of the control groups.
    this.#daemon = spawn(
      'nsenter',
      [`--net=/run/netns/${this.#uplink.namespace}`, 'dockerd', ...places],
      { stdio: ['ignore', log, log] },
    );
    closeSync(log);
  }

  async #halt(): Promise<void> {
    if (this.#daemon === undefined || this.#daemon.exitCode !== null) return;
    const ended = once(this.#daemon, 'exit');
    this.#daemon.kill('SIGTERM');
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#halt();
    await this.#uplink[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true, force: true });
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
