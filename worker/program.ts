import type { Code } from '../shared/codes.ts';
import { SettingsError } from '../shared/settings-error.ts';
import { toPulseError } from './errors.ts';
import type { Logger } from './logs.ts';

/**
 * Runs a program that ends by itself, and ends the process.
 *
 * @param run returns the exit code; 2 are wrong settings, and 1 is any other error it throws
 */
export async function runProgram(run: () => Promise<number>): Promise<never> {
  try {
    process.exit(await run());
  } catch (error) {
    const { code, message, stack } = toPulseError(error);
    process.stderr.write(
      error instanceof SettingsError
        ? `${message}\n`
        : `${JSON.stringify({ level: 'fatal', alert: true, code, msg: message, stack })}\n`,
    );
    process.exit(error instanceof SettingsError ? 2 : 1);
  }
}

/** Ends the process with exit code 1 at an error that nothing caught: its state is unknown. */
export function exitOnUncaughtErrors(log: Logger, code: Code): void {
  for (const event of ['uncaughtException', 'unhandledRejection']) {
    process.on(event, (error: unknown) => {
      log.fatal({ err: error, code }, 'an error that was not caught; ending, to be restarted');
      process.exit(1);
    });
  }
}
