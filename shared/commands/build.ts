/** Makes commander's commands of definitions, the same way on the host and in the image. */
import { Argument, Command, InvalidArgumentError, Option } from 'commander';

import { filterValues } from '../filter-values.ts';
import type {
  ArgumentDefinition,
  CommandDefinition,
  OptionDefinition,
  Side,
  SubcommandDefinition,
} from './definition.ts';

/** A value of {@link InputOf} whose definition is not known here. */
export type Input = Readonly<Record<string, unknown>>;
export type Run = (input: Input) => Promise<void>;

/** A definition with what it does: one function, or one for each subcommand. */
export interface RunnableCommand {
  readonly definition: CommandDefinition;
  readonly run: Run | Readonly<Record<string, Run>>;
}

/**
 * The whole command line of one side.
 *
 * @param name how a user calls it, as usage lines show it
 * @returns commander's program; it throws a CommanderError for help and for wrong use
 */
export function buildProgram(
  name: string,
  description: string,
  commands: readonly RunnableCommand[],
  side: Side,
): Command {
  const program = new Command(name)
    .description(description)
    .exitOverride()
    .showHelpAfterError('(add --help to see what it takes)')
    .configureHelp({ showGlobalOptions: true });
  for (const { definition, run } of commands) {
    const command = addCommand(program, definition.name, definition, side);
    if (typeof run === 'function') setAction(command, definition, run);
    else addSubcommands(command, definition, run, side);
  }
  return program;
}

function addSubcommands(
  group: Command,
  { name, subcommands = {} }: CommandDefinition,
  runs: Readonly<Record<string, Run>>,
  side: Side,
): void {
  for (const [verb, definition] of Object.entries(subcommands)) {
    const run = runs[verb];
    if (run === undefined) throw new Error(`nothing is written that runs ${name} ${verb}`);
    setAction(addCommand(group, verb, definition, side), definition, run);
  }
}

function addCommand(
  parent: Command,
  name: string,
  definition: CommandDefinition | SubcommandDefinition,
  side: Side,
): Command {
  const { summary, details, arguments: list = [], options = [], exitCode1 } = definition;
  const isDefault = 'isDefault' in definition;
  const command = parent
    .command(name, { isDefault })
    .summary(summary)
    .description(details === undefined ? summary : `${summary}\n\n${details}`);
  for (const one of list) command.addArgument(buildArgument(one));
  if (list.some(({ mayBeginWithDash }) => mayBeginWithDash)) takeDashesAsWords(command);
  for (const one of options)
    if (one.only === undefined || one.only === side) command.addOption(buildOption(one));
  if (exitCode1 !== undefined)
    command.addHelpText('after', `\nExit code 1: ${exitCode1}, or the command failed.`);
  const examples = listExamples(definition);
  if (examples.length > 0)
    command.addHelpText('after', `\nExamples:\n${examples.map((line) => `  ${line}`).join('\n')}`);
  return command;
}

/**
 * Makes words of what is no option of the command, in the order in which they stand. It is said,
 * because one of them may be a misspelt option.
 */
function takeDashesAsWords(command: Command): void {
  const parseOptions = command.parseOptions.bind(command);
  command.parseOptions = (argv) => {
    const end = argv.includes('--') ? argv.indexOf('--') : argv.length;
    const { operands, unknown } = parseOptions(argv.slice(0, end));
    if (unknown.some((word) => word === '-h' || word === '--help')) return { operands, unknown };
    for (const word of unknown.filter((one) => /^-./.test(one)))
      command.configureOutput().writeErr?.(`${word} is no option: it is taken as a word.\n`);
    return { operands: [...operands, ...unknown, ...argv.slice(end + 1)], unknown: [] };
  };
}

/** @returns the examples of a command; of a group without any, those of its subcommands */
export function listExamples(
  definition: CommandDefinition | SubcommandDefinition,
): readonly string[] {
  if (definition.examples !== undefined) return definition.examples;
  const subcommands =
    'subcommands' in definition ? Object.values(definition.subcommands ?? {}) : [];
  return subcommands.flatMap(({ examples = [] }) => examples);
}

function setAction(command: Command, definition: SubcommandDefinition, run: Run): void {
  command.action(async () => {
    const named = Object.fromEntries(
      (definition.arguments ?? []).map(({ usage }, index) => [
        argumentName(usage),
        command.processedArgs[index],
      ]),
    );
    await run({ ...command.optsWithGlobals(), ...named });
  });
}

/** `<words...>` -> `words`. */
export function argumentName(usage: string): string {
  return usage.replaceAll(/[<>[\]]|\.\.\./g, '');
}

function buildArgument({ usage, help, choices, default: fallback }: ArgumentDefinition): Argument {
  const argument = new Argument(usage, help);
  if (argument.variadic) argument.argParser(addToList);
  else argument.argParser(requireText);
  if (choices !== undefined) argument.choices(choices);
  return fallback === undefined ? argument : argument.default(fallback);
}

export function buildOption(definition: OptionDefinition): Option {
  const { flags, help, choices, kind, filter, default: fallback } = definition;
  const option = new Option(flags, help);
  if (option.required) option.argParser(requireText);
  if (choices !== undefined) option.choices(choices);
  if (filter !== undefined) option.argParser((text) => parseFilter(text, filter));
  if (kind === 'wholeNumber') option.argParser((text) => parseWholeNumber(text, definition));
  if (kind === 'share') option.argParser(parseShare);
  if (kind === 'days') option.argParser(parseDays);
  if (kind === 'list') option.argParser(addToList);
  return fallback === undefined ? option : option.default(fallback);
}

/** A script whose variable is not set gives an empty text: of a path the present folder. */
function requireText(text: string): string {
  if (text.trim() === '') throw new InvalidArgumentError('It is empty.');
  return text;
}

function addToList(text: string, before: readonly string[] | undefined): readonly string[] {
  return [...(before ?? []), requireText(text)];
}

function parseWholeNumber(text: string, { min = 1, max = Infinity }: OptionDefinition): number {
  const number = Number(text);
  if (!/^(0|[1-9]\d*)$/.test(text) || number < min)
    throw new InvalidArgumentError(`a whole number of at least ${min}`);
  if (number > max) throw new InvalidArgumentError(`at most ${max}`);
  return number;
}

function parseShare(text: string): number {
  const share = text.trim() === '' ? NaN : Number(text);
  if (!(share >= 0 && share <= 1)) throw new InvalidArgumentError('a number from 0 to 1');
  return share;
}

function parseFilter(text: string, filter: keyof typeof filterValues): string {
  const { parse, problem } = filterValues[filter];
  const value = parse(text);
  if (value === undefined) throw new InvalidArgumentError(`It ${problem}.`);
  return value;
}

function parseDays(text: string): number {
  if (!/^[1-9]\d{0,4}d?$/.test(text))
    throw new InvalidArgumentError('a number of days, such as 30d');
  return Number.parseInt(text, 10);
}
