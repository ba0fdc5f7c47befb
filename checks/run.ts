/** Runs the checks side by side and prints one line for each, with the output of what failed. */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';

import { checks, root } from './checks.ts';
import type { Check, Command } from './checks.ts';
import { bringPrograms } from './programs.ts';

export interface Outcome {
  readonly result: 'passed' | 'failed' | 'skipped';
  /** What the failed program printed, or why a check was skipped. */
  readonly output: string;
}

export interface Counts {
  readonly passed: number;
  readonly failed: number;
}

export interface RunOptions {
  readonly print: (line: string) => void;
  /** Whether what the checks need may be installed on the system, where the user is root. */
  readonly mayInstall: boolean;
}

/** Runs all checks. */
export async function runChecks({ print, mayInstall }: RunOptions): Promise<Counts> {
  await bringPrograms({ report: print, mayInstallPip: mayInstall });
  const waiting = [...checks];
  const outcomes: Outcome[] = [];
  const runWaiting = async (): Promise<void> => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const started = performance.now();
      const outcome = await runCheck(check);
      outcomes.push(outcome);
      const seconds = ((performance.now() - started) / 1_000).toFixed(1);
      print(`${check.name.padEnd(10)} ${outcome.result.padEnd(8)} ${seconds.padStart(5)} s`);
      if (outcome.output !== '') print(outcome.output.trimEnd().replaceAll(/^/gm, '  '));
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, runWaiting));
  const count = (result: Outcome['result']): number =>
    outcomes.filter((outcome) => outcome.result === result).length;
  return { passed: count('passed'), failed: count('failed') };
}

async function runCheck(check: Check): Promise<Outcome> {
  for (const command of check.commands()) {
    const outcome = await runCommand(command, check.optional === true);
    if (outcome.result !== 'passed') return outcome;
  }
  return { result: 'passed', output: '' };
}

async function runCommand(
  { program, args, outputIsFailure = false }: Command,
  optional: boolean,
): Promise<Outcome> {
  if ('remedy' in program) {
    // A machine for checks has to run all of them; a contributor's goes on without.
    const mustRun = process.env['CI'] !== undefined && !optional;
    const output = `its program is not on this machine: ${program.remedy}`;
    return { result: mustRun ? 'failed' : 'skipped', output };
  }
  const child = spawn(program.path, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const [code, stdout, stderr] = await Promise.all([
    new Promise<number | null>((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    }),
    text(child.stdout),
    text(child.stderr),
  ]);
  const output = stdout + stderr;
  return code === 0 && !(outputIsFailure && output !== '')
    ? { result: 'passed', output: '' }
    : { result: 'failed', output };
}
