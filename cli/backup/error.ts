import { codes } from '../../shared/codes.ts';
import type { backup } from '../../shared/codes/backup.ts';
import { CommandError } from '../../toolchain/command-error.ts';

export type BackupCode = keyof typeof backup;

/** A fault of the catalogue; what to do is what the catalogue says, unless it is known better. */
export class BackupError extends CommandError {
  readonly code: BackupCode;

  constructor(code: BackupCode, problem: string, remedy: string = codes[code].check) {
    super(`${code}: ${problem}`, remedy);
    this.code = code;
  }
}
