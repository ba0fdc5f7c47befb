import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

import { CommandOutputs } from './stack-report.ts';

type Child = ChildProcessByStdio<null, Readable, Readable>;

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Commands in the folder of a project, what they printed, and which of them still run. */
export class Commands {
  readonly #folder: string;
  readonly #environment: Readonly<Record<string, string>>;
  readonly #printed = new CommandOutputs();
  readonly #running = new Map<Child, Promise<Ended>>();

  /** @param environment put over that of the tests, which names no backend and no passphrase */
  constructor(folder: string, environment: Readonly<Record<string, string>>) {
    this.#folder = folder;
    this.#environment = environment;
  }

  /** What the last commands printed. */
  get outputs(): string {
    return this.#printed.text;
  }

  run(command: string, args: readonly string[]): Promise<Ended> {
    const child = this.#spawn(command, args);
    this.#printed.follow([command, ...args], child);
    return this.#ended(child);
  }

  /** Runs a command that looks at the stack, and is not part of what happened to it. */
  runUnrecorded(command: string, args: readonly string[]): Promise<Ended> {
    return this.#ended(this.#spawn(command, args));
  }

  /**
   * Runs a command, and sends a Ctrl-C as soon as it says this on stderr: SIGINT to every process
   * of the command, as a terminal does.
   */
  interrupt(saying: RegExp, command: string, args: readonly string[]): Promise<Ended> {
    // In a process group of its own, as a shell starts it: the Ctrl-C is for this command alone.
    const child = this.#spawn(command, args, { detached: true });
    onceSaid(saying, child, () => process.kill(-(child.pid as number), 'SIGINT'));
    this.#printed.follow([command, ...args], child);
    return this.#ended(child);
  }

  /**
   * Runs a command, and stops it as soon as it says this on stderr, until `meanwhile` has ended.
   * What it has started goes on.
   *
   * @throws Error when it ends without saying it
   */
  async hold(
    saying: RegExp,
    command: string,
    args: readonly string[],
    meanwhile: () => Promise<void>,
  ): Promise<Ended> {
    const child = this.#spawn(command, args);
    let looking: Promise<void> | undefined;
    onceSaid(saying, child, () => {
      child.kill('SIGSTOP');
      looking = meanwhile().finally(() => child.kill('SIGCONT'));
      looking.catch(() => undefined); // it is thrown once the command has ended
    });
    this.#printed.follow([command, ...args], child);
    const ended = await this.#ended(child);
    if (looking === undefined) throw new Error(`it did not say ${saying}:\n${ended.stderr}`);
    await looking;
    return ended;
  }

  /** Ends what a test left running when its own time was up: it holds the lock of the stack. */
  async stopRunning(): Promise<void> {
    for (const child of this.#running.keys()) child.kill('SIGTERM');
    await Promise.all(this.#running.values());
  }

  #ended(child: Child): Promise<Ended> {
    const ended = waitForEnd(child).finally(() => this.#running.delete(child));
    this.#running.set(child, ended);
    return ended;
  }

  #spawn(command: string, args: readonly string[], { detached = false } = {}): Child {
    const {
      PULUMI_BACKEND_URL: _backend,
      PULUMI_CONFIG_PASSPHRASE: _phrase,
      PULUMI_CONFIG_PASSPHRASE_FILE: _file,
      ...env
    } = process.env;
    return spawn(command, args, {
      cwd: this.#folder,
      env: { ...env, ...this.#environment },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached,
    });
  }
}

function onceSaid(saying: RegExp, child: Child, act: () => void): void {
  let said = '';
  const listen = (bytes: Buffer): void => {
    said += bytes.toString();
    if (!saying.test(said)) return;
    child.stderr.off('data', listen);
    act();
  };
  child.stderr.on('data', listen);
}

async function waitForEnd(child: Child): Promise<Ended> {
  const code = new Promise<number>((resolve, reject) =>
    child.once('error', reject).once('close', (exitCode) => resolve(exitCode ?? 1)),
  );
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await code, stdout, stderr };
}
