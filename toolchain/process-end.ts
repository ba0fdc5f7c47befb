/** What the results of execa say of how a program ended, in words and errors. */
import type { Readable } from 'node:stream';

import { CommandError } from './command-error.ts';

export const seeTools = './pulse doctor lists the tools';

/** What the result of an execa call of any options has. */
export interface Ending {
  readonly failed: boolean;
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  readonly timedOut: boolean;
  readonly originalMessage?: string | undefined;
}

/** Ctrl-C or SIGTERM: the program that ran was waited for and has ended. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}

export function isPrematureClose(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE';
}

/**
 * Throws what made a program fail, where that is nothing of its own: Ctrl-C, which may end it
 * before this process hears of it, or the error of its input, of which it got only a part.
 */
export function throwOuterCause(input: Readable | undefined, { failed, signal }: Ending): void {
  if (signal === 'SIGINT') throw new Interrupted();
  if (failed && input?.errored && !isPrematureClose(input.errored)) throw input.errored;
}

export function isNotStarted({ failed, exitCode, signal }: Ending): boolean {
  return failed && exitCode === undefined && signal === undefined;
}

export function startError(command: string, { originalMessage = '' }: Ending): CommandError {
  return new CommandError(`${command} cannot be started: ${originalMessage}`, seeTools);
}

export function describeEnd(ending: Ending): string {
  if (ending.timedOut) return 'it did not end in time';
  if (ending.signal !== undefined) return `ended with ${ending.signal}`;
  if (ending.exitCode !== undefined) return `ended with exit code ${ending.exitCode}`;
  return ending.originalMessage ?? 'cannot be started';
}

export function remedyFor(problem: string): string {
  return /Cannot connect to the Docker daemon|error during connect/.test(problem)
    ? 'start the Docker engine (systemctl start docker), or name the one that is meant: ' +
        'docker context use <name>, or DOCKER_HOST; ./pulse doctor shows which is found'
    : `see its own words above; ${seeTools}`;
}
