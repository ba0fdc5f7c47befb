/** Runs one program of an installation or a build and shows that it still works. */
import { CommandError } from './command-error.ts';
import { readLines } from './process.ts';
import type { ProcessOptions } from './process.ts';

/** A longer silence looks like a program that hangs. */
const signOfLifeMs = 10_000;
/** Lines of the program's output that stand in the error. */
const keptLines = 20;

/** One program of a build or an installation. */
export interface Step extends ProcessOptions {
  /** What a person is told it does, as `compiling pulumi`. */
  readonly doing: string;
  readonly command: string;
  readonly args: readonly string[];
  /** What to do when it fails. */
  readonly remedy: string;
  /**
   * Called with each line that the program prints. A returned text stands in the next sign of life,
   * and the line is not kept for the error.
   */
  readonly progress?: (line: string) => string | undefined;
}

/**
 * Runs one step of a build or an installation. `report` gets a line when it begins, every ten
 * seconds, and when it is done.
 *
 * @throws CommandError with the last lines that the program printed
 */
export async function runWithProgress(
  { doing, command, args, remedy, progress, ...options }: Step,
  report: (line: string) => void,
): Promise<void> {
  const startedMs = Date.now();
  const elapsed = (): string => `${Math.round((Date.now() - startedMs) / 1000)} s`;
  const lastLines: string[] = [];
  let detail: string | undefined;
  const onLine = (line: string): void => {
    const said = progress?.(line);
    if (said !== undefined) {
      detail = said;
      return;
    }
    lastLines.push(line);
    if (lastLines.length > keptLines) lastLines.shift();
  };

  report(doing);
  const signsOfLife = setInterval(
    () => report([doing, elapsed(), detail].filter(Boolean).join(', ')),
    signOfLifeMs,
  );
  try {
    const problem = await readLines(command, args, onLine, options);
    if (problem !== undefined) {
      throw new CommandError([`${doing}: ${problem}`, ...lastLines].join('\n').trimEnd(), remedy);
    }
  } finally {
    clearInterval(signsOfLife);
  }
  report(`${doing}: done in ${elapsed()}`);
}
