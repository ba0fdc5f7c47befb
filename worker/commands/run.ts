import { CommanderError } from 'commander';

import { SettingsError } from '../../shared/settings-error.ts';
import { describeError, PulseError } from '../errors.ts';
import type { Services } from '../services.ts';
import type { Settings } from '../settings.ts';
import { UsageError } from './command.ts';
import type { Context, Work } from './command.ts';
import { chooseDisplay, startProgress } from './progress.ts';
import type { Progress } from './progress.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

/**
 * Does a command's work and prints its answer on standard output.
 *
 * @param opened what the command line has opened for it
 * @returns the exit code: 0 or 1
 * @throws whatever the work throws: see {@link reportError}
 */
export async function runWork(
  work: Work,
  opened: { readonly services: Services; readonly settings: Settings },
  input: Parameters<Work>[1],
): Promise<number> {
  const isJson = input['json'] === true;
  const display = chooseDisplay(isJson);
  const progresses: Progress[] = [];
  const context: Context = {
    ...opened,
    stdin: process.stdin,
    print,
    startProgress: (what) => {
      const progress = startProgress(what, display);
      progresses.push(progress);
      return progress;
    },
  };
  try {
    const answer = await work(context, input);
    if ('text' in answer) print(isJson ? JSON.stringify(answer.value) : answer.text);
    return answer.ok === false ? 1 : 0;
  } finally {
    // A command that failed has left its bar open.
    for (const progress of progresses) progress.end();
  }
}

/**
 * Says on standard error what went wrong; commander has said it already of wrong use.
 *
 * @returns the exit code: 2 for wrong use or settings, 1 for everything else
 */
export function reportError(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const problem =
    error instanceof PulseError
      ? `${error.code}: ${describeError(error)}\n  what to do: ./pulse explain ${error.code}`
      : describeError(error);
  process.stderr.write(`${problem}\n`);
  return error instanceof SettingsError || error instanceof UsageError ? 2 : 1;
}
