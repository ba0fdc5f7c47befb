import { execFile, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

import { CommandError } from '../toolchain/command-error.ts';
import { toolEnvironment } from './environment.ts';
import { root } from './paths.ts';

/** Ctrl-C: the program that ran was waited for, and ended in its own good order. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

export interface Run {
  /** Fed to the program; absent, it has the terminal's own. */
  readonly input?: Readable;
  /** Where its stdout goes; `stderr` keeps ours free for JSON. */
  readonly stdout?: 'stdout' | 'stderr';
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a program to its end with the terminal's own streams; its exit code. Ctrl-C reaches the
 * program by itself (one process group); we outlive it, so that it can finish what it must not
 * leave half done.
 *
 * @throws Interrupted
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  { input, stdout = 'stdout', env = {} }: Run = {},
): Promise<number> {
  let interrupted = false;
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...toolEnvironment(), ...env },
    stdio: [
      input === undefined ? 'inherit' : 'pipe',
      stdout === 'stdout' ? 'inherit' : 2,
      'inherit',
    ],
  });
  const onInterrupt = (): void => {
    interrupted = true;
  };
  const onTerminate = (): void => {
    interrupted = true;
    child.kill('SIGTERM');
  };
  process.on('SIGINT', onInterrupt).on('SIGTERM', onTerminate);
  try {
    const ended = new Promise<number>((resolve, reject) => {
      child.once('error', (error) =>
        reject(
          new CommandError(
            `${command} cannot be started: ${error.message}`,
            './pulse doctor lists the tools',
          ),
        ),
      );
      child.once('close', (code) => resolve(code ?? 1));
    });
    const [code] = await Promise.all([
      ended,
      input && child.stdin ? feed(input, child.stdin) : undefined,
    ]);
    if (interrupted) throw new Interrupted();
    return code;
  } finally {
    process.off('SIGINT', onInterrupt).off('SIGTERM', onTerminate);
  }
}

/** A program that ends before it has read everything says why by its exit code. */
async function feed(input: Readable, stdin: NodeJS.WritableStream): Promise<void> {
  await pipeline(input, stdin).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
  });
}

/** A program's stdout. @throws CommandError with its stderr */
export async function outputOf(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { stdout } = await promisify(execFile)(command, args, {
    cwd: root,
    env: { ...process.env, ...toolEnvironment(), ...env },
    maxBuffer: 256 * 1024 * 1024,
  }).catch((error: Error & { stderr?: string }) => {
    const words = error.stderr?.trim() || error.message;
    throw new CommandError(`${command} ${args.slice(0, 3).join(' ')}: ${words}`, remedyFor(words));
  });
  return stdout;
}

function remedyFor(words: string): string {
  return /Cannot connect to the Docker daemon|error during connect/.test(words)
    ? 'start the Docker engine (systemctl start docker), or set DOCKER_HOST to the one that is meant; ./pulse doctor shows which is found'
    : 'see its own words above; ./pulse doctor lists the tools';
}

/** The lines of a program's stdout, empty ones left out. */
export async function linesOf(command: string, args: readonly string[]): Promise<string[]> {
  return (await outputOf(command, args)).split('\n').filter((line) => line !== '');
}

export async function jsonOf<T>(command: string, args: readonly string[]): Promise<T> {
  return JSON.parse(await outputOf(command, args)) as T;
}
