import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { CommandError } from '../../toolchain/command-error.ts';
import { captureResult } from '../../toolchain/process.ts';
import { Uplink } from './uplink.ts';

/** On a busy machine the daemon may take its time, or end and be started again. */
const startLimitMs = 5 * 60_000;
const pollMs = 200;

/**
 * A Docker engine next to the machine's first: its data, socket and network are its own, and go
 * with it. Only root can have one.
 */
export class SeparateEngine implements AsyncDisposable {
  /** Of its data, its socket and its run. */
  protected readonly folder = mkdtempSync(join(tmpdir(), 'pulse-engine-'));
  readonly #uplink = new Uplink(basename(this.folder));
  readonly #log = join(this.folder, 'log');
  /** Of programs that use this engine; and of the engine. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where its ports are, as the host reaches them. */
  readonly address = this.#uplink.address;
  #daemon: ChildProcess | undefined;

  /** @param programs folder with dockerd, containerd and runc; the machine's where left out */
  constructor(programs?: string) {
    const path = process.env['PATH'] ?? '';
    this.environment = {
      DOCKER_HOST: `unix://${this.folder}/docker.sock`,
      PATH: programs === undefined ? path : `${programs}:${path}`,
    };
  }

  /**
   * What stands before a command that runs in the engine's network: ports that its containers
   * publish are reached from there. Not `ip netns exec`: it hides the mounts of the control
   * groups.
   */
  get inNetwork(): readonly [command: string, argument: string] {
    return ['nsenter', `--net=/run/netns/${this.#uplink.namespace}`];
  }

  async start(): Promise<void> {
    await this.#uplink.lay();
    await this.boot();
  }

  /**
   * Starts the daemon. On a busy machine it may end with "timeout waiting for containerd", and is
   * started again.
   *
   * @throws CommandError with the last lines of its log
   */
  async boot(): Promise<void> {
    const deadlineMs = Date.now() + startLimitMs;
    this.#startDaemon();
    while ((await captureResult('docker', ['version'], { env: this.environment })).problem) {
      if (Date.now() > deadlineMs)
        throw new CommandError(`dockerd does not answer:\n${this.#lastLines()}`, 'see its words');
      if (this.#daemon?.exitCode !== null) this.#startDaemon();
      await sleep(pollMs);
    }
  }

  #startDaemon(): void {
    const log = openSync(this.#log, 'a');
    const places = [
      '--data-root',
      join(this.folder, 'data'),
      '--exec-root',
      join(this.folder, 'run'),
      '--pidfile',
      join(this.folder, 'pid'),
      '--host',
      this.environment['DOCKER_HOST'] ?? '',
    ];
    const [command, ...argument] = this.inNetwork;
    this.#daemon = spawn(command, [...argument, 'dockerd', ...places], {
      stdio: ['ignore', log, log],
      env: { ...process.env, ...this.environment },
      // A Ctrl-C is for what uses the engine, which has to clean up on it.
      detached: true,
    });
    closeSync(log);
  }

  #lastLines(): string {
    return readFileSync(this.#log, 'utf8').split('\n').slice(-20).join('\n');
  }

  /** Ends the daemon: with SIGTERM it stops every container first, with SIGKILL none. */
  async halt(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const daemon = this.#daemon;
    if (daemon === undefined || daemon.exitCode !== null || daemon.signalCode !== null) return;
    const ended = once(daemon, 'exit');
    daemon.kill(signal);
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.halt();
    await this.#uplink[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true, force: true });
  }
}
