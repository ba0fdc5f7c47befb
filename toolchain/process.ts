/** The one way in which programs are run on the host: by `./pulse` and by the toolchain. */
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { execa } from 'execa';
import type { Options } from 'execa';

import { findDockerEngine } from '../shared/docker-engine.ts';
import { CommandError } from './command-error.ts';
import {
  describeEnd,
  Interrupted,
  isNotStarted,
  isPrematureClose,
  remedyFor,
  seeTools,
  startError,
  throwOuterCause,
} from './process-end.ts';

/** Enough for the state of a large stack, in characters. */
const maxBuffer = 256 * 1024 * 1024;

export { Interrupted };

export interface ProcessOptions {
  readonly cwd?: string;
  /** Added to the environment of this process, in which the Docker engine is always named. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Fed to the program's standard input. A program may end before it has read all of it. */
  readonly input?: Readable;
  /** After this time the program is ended, and has failed. */
  readonly timeoutMs?: number;
}

export interface InteractiveOptions extends Omit<ProcessOptions, 'timeoutMs'> {
  /** Where the program's stdout goes; `stderr` keeps ours free for JSON. */
  readonly stdout?: 'stdout' | 'stderr';
  /**
   * Whether a line of stdout is shown. With it the program has a pipe for its stdout, and not the
   * terminal.
   */
  readonly keepLine?: (line: string) => boolean;
}

/** How a program ended. */
export interface ProcessResult {
  /** `undefined` when it ended by a signal or could not be started. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it failed, in one line; `undefined` when its exit code is 0. */
  readonly problem: string | undefined;
}

/**
 * Runs a program with the terminal's own streams and waits until it ends. Ctrl-C reaches the
 * program by itself, because both are in one process group; it is waited for, so that it can finish
 * what must not be left half done. SIGTERM is passed on.
 *
 * @returns its exit code; 1 when another signal ended it
 * @throws Interrupted when Ctrl-C or SIGTERM came while it ran
 * @throws CommandError when it cannot be started
 */
export async function runInteractive(
  command: string,
  args: readonly string[],
  { stdout = 'stdout', keepLine, ...options }: InteractiveOptions = {},
): Promise<number> {
  let isInterrupted = false;
  let terminate: (() => void) | undefined;
  const onInterrupt = (): void => {
    isInterrupted = true;
  };
  const onTerminate = (): void => {
    isInterrupted = true;
    terminate?.();
  };
  // Before the program starts: a signal may come at any time after that.
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
  try {
    const destination = stdout === 'stdout' ? 'inherit' : 2;
    const subprocess = execa(command, args, {
      ...execaOptions(options),
      stdin: options.input === undefined ? 'inherit' : 'pipe',
      stdout: keepLine === undefined ? destination : [filterLines(keepLine), destination],
      buffer: false,
      stderr: 'inherit',
      // It outlives a signal to us: see above.
      cleanup: false,
    });
    terminate = () => void subprocess.kill('SIGTERM');
    const result = await subprocess;
    if (isInterrupted) throw new Interrupted();
    throwOuterCause(options.input, result);
    if (isNotStarted(result)) throw startError(command, result);
    return result.exitCode ?? 1;
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
  }
}

/**
 * Runs a program and keeps what it prints. A failure is part of the result, whatever its cause.
 *
 * @returns how it ended
 * @throws Interrupted when Ctrl-C ended it, as every function here
 */
export async function captureResult(
  command: string,
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<ProcessResult> {
  const result = await execa(command, args, execaOptions(options));
  throwOuterCause(options.input, result);
  return {
    exitCode: result.exitCode,
    stdout: result.stdout,
    stderr: result.stderr,
    problem: result.failed ? result.stderr.trim() || describeEnd(result) : undefined,
  };
}

/**
 * Runs a program and returns what it prints to stdout, without the last line break.
 *
 * @throws CommandError with its stderr when its exit code is not 0
 */
export async function captureOutput(
  command: string,
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<string> {
  const { stdout, problem } = await captureResult(command, args, options);
  if (problem !== undefined) {
    throw new CommandError(
      `${command} ${args.slice(0, 3).join(' ')}: ${problem}`,
      remedyFor(problem),
    );
  }
  return stdout;
}

/**
 * Runs a program and returns the lines of its stdout, empty ones left out.
 *
 * @throws CommandError as `captureOutput`
 */
export async function captureLines(
  command: string,
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<string[]> {
  const output = await captureOutput(command, args, options);
  return output.split('\n').filter((line) => line !== '');
}

/**
 * Runs a program and parses its stdout as JSON.
 *
 * @throws CommandError as `captureOutput`
 */
export async function captureJson<T>(
  command: string,
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<T> {
  return JSON.parse(await captureOutput(command, args, options)) as T;
}

/**
 * Calls `onLine` with each line of stdout and stderr while the program runs; keeps none.
 *
 * @returns why it failed, in one line; `undefined` when its exit code is 0
 */
export async function readLines(
  command: string,
  args: readonly string[],
  onLine: (line: string) => void,
  options: ProcessOptions = {},
): Promise<string | undefined> {
  const passOn = filterLines((line) => {
    onLine(line);
    return false;
  });
  const result = await execa(command, args, {
    ...execaOptions(options),
    stdout: passOn,
    stderr: passOn,
    buffer: false,
  });
  throwOuterCause(options.input, result);
  return result.failed ? describeEnd(result) : undefined;
}

/**
 * Sends a program's stdout through `streams`, the last of which takes it all.
 *
 * @throws CommandError when its exit code is not 0
 */
export async function pipeOutput(
  command: string,
  args: readonly string[],
  streams: readonly [...NodeJS.ReadWriteStream[], Writable],
  { remedy = seeTools, ...options }: ProcessOptions & { readonly remedy?: string } = {},
): Promise<void> {
  const subprocess = execa(command, args, {
    ...execaOptions(options),
    buffer: { stdout: false },
    encoding: 'buffer',
  });
  const [piped, ended] = await Promise.allSettled([
    pipeline([subprocess.stdout, ...streams]),
    subprocess,
  ]);
  if (ended.status === 'rejected') throw ended.reason;
  throwOuterCause(undefined, ended.value);
  // A program whose output is no longer taken fails too: the stream's error is the cause.
  if (piped.status === 'rejected' && !isPrematureClose(piped.reason)) throw piped.reason;
  if (ended.value.failed) {
    const said = new TextDecoder().decode(ended.value.stderr).trim();
    throw new CommandError(
      `${command} ${args.slice(0, 3).join(' ')}: ${said || describeEnd(ended.value)}`,
      remedy,
    );
  }
  if (piped.status === 'rejected') throw piped.reason;
}

/** Whether the program exists and ends with exit code 0. Its output is dropped. */
export async function succeeds(
  command: string,
  args: readonly string[],
  options: ProcessOptions = {},
): Promise<boolean> {
  const result = await execa(command, args, {
    ...execaOptions(options),
    stdout: 'ignore',
    stderr: 'ignore',
  });
  throwOuterCause(undefined, result);
  return !result.failed;
}

/**
 * Starts a program that runs on after this process has ended; both its streams go to `logFile`.
 *
 * @throws CommandError when it cannot be started
 */
export async function startDetached(
  command: string,
  args: readonly string[],
  logFile: string,
): Promise<void> {
  const log = createWriteStream(logFile, { flags: 'a' });
  try {
    await once(log, 'open');
    const subprocess = execa(command, args, {
      reject: false,
      detached: true,
      cleanup: false,
      stdin: 'ignore',
      // An open file goes to the program as it is: no pipe to this process stays behind.
      stdout: log,
      stderr: log,
    });
    subprocess.nodeChildProcess.unref();
    // Without a process id it could not be started, and the result says why at once.
    if (subprocess.pid === undefined) throw startError(command, await subprocess);
  } finally {
    log.destroy();
  }
}

function execaOptions({ cwd, env, input, timeoutMs }: ProcessOptions) {
  const engine = findDockerEngine();
  return {
    reject: false,
    stdin: 'ignore',
    maxBuffer,
    ...(cwd === undefined ? {} : { cwd }),
    // Where it is unknown, the docker client says so itself.
    env: { ...('problem' in engine ? {} : engine.variables), ...env },
    ...(input === undefined ? {} : { input, stdin: 'pipe' }),
    ...(timeoutMs === undefined ? {} : { timeout: timeoutMs }),
  } as const satisfies Options;
}

function filterLines(keepLine: (line: string) => boolean) {
  return function* (line: unknown): Generator<string> {
    if (keepLine(String(line))) yield String(line);
  };
}
