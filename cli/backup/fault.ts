import type { Input, Run } from '../../shared/commands/build.ts';
import { end, print, say } from '../command.ts';
import { BackupError } from './error.ts';

/** With `--json` a fault of the catalogue is the answer too, and the exit code says that it is one. */
export function answerFault(run: Run): Run {
  return async (input: Input) => {
    try {
      await run(input);
    } catch (error) {
      if (!(error instanceof BackupError) || input['json'] !== true) throw error;
      const { code, message, remedy } = error;
      print(JSON.stringify({ ok: false, code, problem: message.slice(code.length + 2) }));
      say(`what to do: ${remedy}`);
      end(1);
    }
  };
}
