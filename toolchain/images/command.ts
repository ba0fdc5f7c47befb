/**
 * Runs one command of a build: quiet while it goes well, its last lines in the error when it does
 * not.
 */
import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

import { CommandError } from '../command-error.ts';

/** A person who sees nothing for longer than this begins to doubt. */
const heartbeatSeconds = 10;
const linesKept = 15;

interface RunOptions {
  readonly doing: string;
  readonly remedy: string;
  readonly report: (line: string) => void;
  readonly env?: NodeJS.ProcessEnv;
  /** Fed to the command's standard input. */
  readonly input?: Readable;
}

/** Throws a `CommandError` with the command's own last words when it fails. */
export async function run(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<void> {
  const { doing, remedy, report, env, input } = options;
  const started = Date.now();
  const heartbeat = setInterval(
    () => report(`${doing}: ${Math.round((Date.now() - started) / 1000)} s`),
    heartbeatSeconds * 1000,
  );
  try {
    const { code, output } = await finished(command, args, env, input);
    if (code !== 0) {
      throw new CommandError(
        `${doing} failed (${command} ended with ${code}):\n${lastLines(output)}`,
        remedy,
      );
    }
  } finally {
    clearInterval(heartbeat);
  }
}

/** True when the command exists and ends with 0. */
export async function succeeds(command: string, args: readonly string[]): Promise<boolean> {
  try {
    return (await finished(command, args)).code === 0;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
      return false;
    }
    throw error;
  }
}

function finished(
  command: string,
  args: readonly string[],
  env = process.env,
  input?: Readable,
): Promise<{ code: number | string; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      env,
      stdio: [input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    let output = '';
    const keep = (text: Buffer) => {
      output = (output + text.toString()).slice(-20_000);
    };
    child.stdout?.on('data', keep);
    child.stderr?.on('data', keep);
    child.once('error', reject);
    child.once('close', (code, signal) =>
      resolve({ code: code ?? signal ?? 'no exit code', output }),
    );
    if (input !== undefined && child.stdin !== null) {
      // A child that ended early closes its input; its own exit code and words tell more than EPIPE.
      child.stdin.on('error', () => input.destroy());
      input.once('error', reject);
      input.pipe(child.stdin);
    }
  });
}

function lastLines(output: string): string {
  return output.trimEnd().split('\n').slice(-linesKept).join('\n');
}
