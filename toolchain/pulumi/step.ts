/** Runs one program of the toolchain and keeps a person informed while it works. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import { CommandError } from '../command-error.ts';

export interface Step {
  /** What a person is told it does: "compiling pulumi". */
  readonly doing: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** What to do when it fails. */
  readonly remedy: string;
  /** Sees each line the program prints; returns what the next sign of life adds to the elapsed time. */
  readonly progress?: (line: string) => string | undefined;
}

const SIGN_OF_LIFE_MS = 10_000;
const LINES_KEPT_FOR_A_FAULT = 20;

/**
 * Runs to the end, reporting at once, every ten seconds, and when done. Throws a CommandError with
 * the program's last lines.
 */
export async function run(step: Step, report: (line: string) => void): Promise<void> {
  const started = Date.now();
  const elapsed = () => `${Math.round((Date.now() - started) / 1000)} s`;
  const last: string[] = [];
  let detail: string | undefined;

  report(step.doing);
  const child = spawn(step.command, step.args, {
    cwd: step.cwd,
    env: { ...process.env, ...step.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const hear = (line: string) => {
    const said = step.progress?.(line);
    if (said !== undefined) {
      detail = said;
      return;
    }
    last.push(line);
    if (last.length > LINES_KEPT_FOR_A_FAULT) last.shift();
  };
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', hear);
  const life = setInterval(
    () => report([step.doing, elapsed(), detail].filter(Boolean).join(', ')),
    SIGN_OF_LIFE_MS,
  );

  try {
    const outcome = await new Promise<string | undefined>((resolve) => {
      child.once('error', (error) => resolve(error.message));
      child.once('close', (code, signal) =>
        resolve(code === 0 ? undefined : `ended with ${signal ?? `exit code ${code}`}`),
      );
    });
    if (outcome !== undefined)
      throw new CommandError(
        `${step.doing}: ${outcome}\n${last.join('\n')}`.trimEnd(),
        step.remedy,
      );
  } finally {
    clearInterval(life);
  }
  report(`${step.doing}: done in ${elapsed()}`);
}
