import { randomBytes } from 'node:crypto';

import { settingRows } from '../../settings.ts';
import type { Key } from '../../settings.ts';
import { findNearest } from '../../settings/nearest.ts';
import { parseSettings } from '../../settings/parse.ts';
import { redact } from '../../shared/redaction.ts';
import { SettingsError } from '../../shared/settings-error.ts';
import { parseEnvFile } from './env-file.ts';
import type { EnvEntry, EnvFault } from './env-file.ts';
import { secretsIn, shownName } from './hidden.ts';
import { oldNames } from './old-names.ts';
import type { Meaning, OldSecret } from './old-names.ts';
import { readEntries, unreadOf, warnings, warningsOf } from './read-entries.ts';
import type { ReadEntry } from './read-entries.ts';

/**
 * A stack's configuration as it stands: a text, or `secret` for a value that only its passphrase
 * opens.
 */
export type Current = Readonly<Record<string, string | typeof secretValue>>;
export const secretValue = Symbol('a value that only the passphrase opens');

/** One line of the report; never holds a secret's value. */
export interface ImportLine {
  /** In the old `.env`, from 1. */
  readonly line: number;
  /** Empty where the line has none, or one that may be a part of a secret. */
  readonly name: string;
  readonly setting: string;
  readonly outcome:
    | 'set'
    | 'unchanged'
    | 'made anew'
    | 'kept from the file'
    | 'not kept'
    | 'there already'
    | 'not needed'
    | 'not understood';
  readonly note: string;
}

export interface Import {
  readonly lines: readonly ImportLine[];
  /** How many lines could not be read; a name that Pulse does not know is none of them. */
  readonly unread: number;
  readonly plain: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** Old secrets that go on being accepted next to new ones. */
  readonly previous: Readonly<Record<string, string>>;
}

/**
 * Turns an old `.env` into a stack's configuration. Its own secrets stood there in plain text, so
 * new ones are made in their place; the API's is accepted next to the new one, so that its callers
 * go on. The keys of services that exist already are taken as they are. A secret that the stack has
 * already stays, so that a second import changes nothing.
 *
 * @throws SettingsError when the configuration would not be valid, with every fault
 */
export function importEnvFile(
  stack: string,
  envFile: string,
  current: Current,
  keepSecrets: boolean,
): Import {
  const { entries, faults } = parseEnvFile(envFile);
  const read = readEntries(entries);
  const taken = read.map((one) => take(one, current, keepSecrets));
  const plain = merge(taken, 'plain');
  const secrets = merge(taken, 'secrets');
  const previous = merge(taken, 'previous');
  const hidden = secretsIn(entries);
  const unread = [...faults, ...read.flatMap(unreadOf)];
  const told = [...unread, ...read.flatMap(warningsOf)];
  refuseFaulty(stack, { ...current, ...plain, ...secrets, ...previous }, hidden, told);
  const lines = [...taken.flatMap((one) => one.lines), ...unread.map(unreadLine)]
    .toSorted((left, right) => left.line - right.line)
    .map((line) => (line.note === '' ? line : { ...line, note: redact(hidden, line.note) }));
  return { lines, unread: unread.length, plain, secrets, previous };
}

/** What one line of the file comes to. */
interface Taken extends Partial<Omit<Import, 'lines' | 'unread'>> {
  readonly lines: readonly ImportLine[];
}

function merge(
  taken: readonly Taken[],
  which: Exclude<keyof Taken, 'lines'>,
): Import[typeof which] {
  return Object.fromEntries(taken.flatMap((one) => Object.entries(one[which] ?? {})));
}

function take(
  { entry, meaning, replacedBy }: ReadEntry,
  current: Current,
  keepSecrets: boolean,
): Taken {
  const line = lineOf(entry, meaning);
  if (replacedBy !== undefined) return { lines: [line('', 'not needed', replacedBy)] };
  if (meaning === undefined) return { lines: [line('', 'not understood', guessOf(entry.name))] };
  if (meaning.problem !== undefined) return { lines: [] };
  const { settings = {}, secret, isThere = false } = meaning;
  if (secret === undefined && Object.keys(settings).length === 0)
    return { lines: [line('', isThere ? 'unchanged' : 'not needed')] };
  const own = takeSettings(settings, current, line);
  if (secret === undefined) return own;
  const hidden = takeSecret(secret, current, keepSecrets, line);
  return { ...own, ...hidden, lines: [...own.lines, ...hidden.lines] };
}

type LineOf = (setting: string, outcome: ImportLine['outcome'], note?: string) => ImportLine;

function lineOf(entry: EnvEntry, meaning: Meaning | undefined): LineOf {
  const common = [meaning?.note, ...warnings(entry)].filter((one) => one !== undefined);
  return (setting, outcome, note = common.join('; ')) => ({
    line: entry.line,
    name: shownName(entry.name),
    setting,
    outcome,
    note,
  });
}

const oldPrefix = 'WEBHOOK_';
const oldEndings = oldNames
  .filter((name) => name.startsWith(oldPrefix))
  .map((name) => name.slice(oldPrefix.length));

/** The prefix, which all of them share, makes no two names near. */
function guessOf(name: string): string {
  if (!name.startsWith(oldPrefix)) return '';
  const near = findNearest(name.slice(oldPrefix.length), oldEndings);
  return near === undefined ? '' : `did you mean ${oldPrefix}${near}?`;
}

function takeSettings(
  settings: Readonly<Record<string, string>>,
  current: Current,
  line: LineOf,
): Taken {
  const plain: Record<string, string> = {};
  const lines = Object.entries(settings).map(([key, value]) => {
    if (current[key] === secretValue)
      return line(key, 'there already', 'the stack has it encrypted');
    const isSame = (current[key] ?? settingRows[key as Key].default) === value;
    if (!isSame) plain[key] = value;
    return line(key, isSame ? 'unchanged' : 'set');
  });
  return { lines, plain };
}

function takeSecret(
  { key, text, isIssued = false, previous }: OldSecret,
  current: Current,
  keepSecrets: boolean,
  line: LineOf,
): Taken {
  const there = current[key];
  if (there === secretValue) return { lines: [line(key, 'there already')] };
  if (there !== undefined && there !== '')
    return {
      lines: [line(key, 'there already', 'it stood there in plain text, and is encrypted now')],
      secrets: { [key]: there },
    };
  if (isIssued || keepSecrets)
    return { lines: [line(key, 'kept from the file')], secrets: { [key]: text } };
  const made: Taken = {
    lines: [line(key, 'made anew')],
    secrets: { [key]: randomBytes(32).toString('hex') },
  };
  if (previous === undefined || current[previous] !== undefined) return made;
  const problem = faultOf(previous, text);
  return {
    ...made,
    lines: [...made.lines, previousLine(previous, problem, line)],
    ...(problem === undefined && { previous: { [previous]: text } }),
  };
}

/** What keeps a text from being the value of a setting. */
function faultOf(key: Key, text: string): string | undefined {
  const parsed = settingRows[key].kind.parse(text);
  return 'problem' in parsed ? parsed.problem : undefined;
}

function previousLine(setting: Key, problem: string | undefined, line: LineOf): ImportLine {
  return problem === undefined
    ? line(
        setting,
        'kept from the file',
        "callers go on with it; the API's log names who still does (a previous key is still " +
          `used). Then: pulumi config rm pulse:${setting}`,
      )
    : line(setting, 'not kept', `the old one ${problem}: callers need the new one at once`);
}

function unreadLine({ line, name, problem }: EnvFault): ImportLine {
  return { line, name: shownName(name), setting: '', outcome: 'not understood', note: problem };
}

function refuseFaulty(
  stack: string,
  all: Current,
  hidden: readonly string[],
  told: readonly EnvFault[],
): void {
  const texts = Object.entries(all).filter(
    (entry): entry is [string, string] => typeof entry[1] === 'string',
  );
  try {
    parseSettings(stack, Object.fromEntries(texts), { isWhole: false });
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    throw new SettingsError(`the configuration of stack '${stack}'`, [
      ...error.faults.map((fault) => redact(hidden, fault)),
      ...told.map(({ line, name, problem }) =>
        ['line', line, shownName(name), problem].filter((word) => word !== '').join(' '),
      ),
    ]);
  }
}
