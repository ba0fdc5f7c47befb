import type { filterValues } from '../filter-values.ts';

/**
 * What a command is called and takes, as data. `./pulse`, the command line in the worker's image
 * and docs/commands.md are all made from it.
 */
export interface CommandDefinition {
  readonly name: string;
  /** What it does, in one line without a full stop. */
  readonly summary: string;
  /** What else its user should know, in sentences. */
  readonly details?: string;
  readonly arguments?: readonly ArgumentDefinition[];
  readonly options?: readonly OptionDefinition[];
  /** When it ends with exit code 1, where that is more than "it failed". */
  readonly exitCode1?: string;
  /** Command lines to copy. A group without examples shows those of its subcommands. */
  readonly examples?: readonly string[];
  /** What docs/commands.md notes of them where test/deploy/docs.test.ts does not run them. */
  readonly marks?: readonly string[];
  /** A group has subcommands, by name, and does nothing itself. Its options are theirs as well. */
  readonly subcommands?: Readonly<Record<string, SubcommandDefinition>>;
}

export type SubcommandDefinition = Omit<CommandDefinition, 'name' | 'subcommands'> & {
  /** The one that runs when the group is called without a subcommand. */
  readonly isDefault?: true;
};

export interface ArgumentDefinition {
  /** `<path>` is required, `[url]` may be left out, `<words...>` takes one or more. */
  readonly usage: string;
  readonly help: string;
  readonly choices?: readonly string[];
  readonly default?: string;
  /** What begins with a dash and is no option of the command is one of its words. */
  readonly mayBeginWithDash?: true;
}

export interface OptionDefinition {
  /** As in a usage line: `--wait`, `--limit <n>`, `-f, --follow`, `--no-wait`. */
  readonly flags: string;
  readonly help: string;
  readonly choices?: readonly string[];
  /**
   * A value is text, unless it is a whole number, a number from 0 to 1, a number of days (`30` or
   * `30d`), or one of a list of texts, for an option that is given several times.
   */
  readonly kind?: 'wholeNumber' | 'share' | 'days' | 'list';
  /** The least whole number that is taken; 1 when it is left out. */
  readonly min?: number;
  readonly max?: number;
  readonly default?: string | number | boolean;
  /** The value is one of these, in any of its spellings, and is read as that of a document is. */
  readonly filter?: keyof typeof filterValues;
  /** Left out: both command lines take it. */
  readonly only?: Side;
}

/** `./pulse` on the host, or `node worker/cli.ts` in the image. */
export type Side = 'host' | 'image';

export const jsonOption = {
  flags: '--json',
  help: 'print the answer as JSON on standard output',
} as const satisfies OptionDefinition;

export const stackOption = {
  flags: '--stack <name>',
  help: 'which stack',
  default: 'dev',
  only: 'host',
} as const satisfies OptionDefinition;
