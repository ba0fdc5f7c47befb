import { CommandError } from '../toolchain/command-error.ts';

/** Wrong arguments or options: exit code 2. */
export class UsageError extends CommandError {}
