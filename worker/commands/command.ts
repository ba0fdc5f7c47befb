import type { Input, RunnableCommand } from '../../shared/commands/build.ts';
import type { CommandDefinition, SubcommandDefinition } from '../../shared/commands/definition.ts';
import type { InputOf } from '../../shared/commands/input.ts';
import type { Services } from '../services.ts';
import type { Settings } from '../settings.ts';
import type { StartProgress } from './progress.ts';

/** Wrong use: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What a command works with. */
export interface Context {
  readonly services: Services;
  readonly settings: Settings;
  readonly stdin: AsyncIterable<Buffer>;
  /** Prints a line on standard output, for a command that answers line by line. */
  readonly print: (line: string) => void;
  readonly startProgress: StartProgress;
}

/** What a command answers. */
export interface Answer {
  /** For scripts, printed as JSON. */
  readonly value: unknown;
  /** For people. */
  readonly text: string;
  /** False is exit code 1. */
  readonly ok?: boolean;
}

/** In place of an answer, from a command that has printed its lines itself. */
export interface Printed {
  readonly ok: boolean;
}

/** A command's work, whatever its definition. */
export type Work = (context: Context, input: Input) => Promise<Answer | Printed>;

type WorkOf<Definition> = (
  context: Context,
  input: InputOf<Definition>,
) => Promise<Answer | Printed>;

/** A command of the image's command line: its definition and its work. */
interface WorkerCommand {
  readonly definition: CommandDefinition;
  readonly work: Work | Readonly<Record<string, Work>>;
}

/** A command whose work takes what its definition says. */
export function workerCommand<const Definition extends CommandDefinition>(
  definition: Definition,
  work: WorkOf<Definition>,
): { readonly definition: Definition; readonly work: Work } {
  return { definition, work: work as Work };
}

/** A command with subcommands: the work of each by its name. */
export function workerGroup<
  const Definition extends CommandDefinition & {
    readonly subcommands: Readonly<Record<string, SubcommandDefinition>>;
  },
>(
  definition: Definition,
  work: {
    readonly [Verb in keyof Definition['subcommands']]: WorkOf<Definition['subcommands'][Verb]>;
  },
): {
  readonly definition: Definition;
  readonly work: Readonly<Record<keyof Definition['subcommands'], Work>>;
} {
  return { definition, work: work as Readonly<Record<keyof Definition['subcommands'], Work>> };
}

/** Binds a command's work to what runs it. */
export function bindCommand(
  { definition, work }: WorkerCommand,
  runWork: (work: Work, input: Input) => Promise<void>,
): RunnableCommand {
  const bind = (one: Work) => (input: Input) => runWork(one, input);
  if (typeof work === 'function') return { definition, run: bind(work) };
  const run = Object.fromEntries(Object.entries(work).map(([verb, one]) => [verb, bind(one)]));
  return { definition, run };
}
