/** What the lines of an old `.env` mean, each beside the others. */
import type { EnvEntry, EnvFault } from './env-file.ts';
import { isSecretName } from './hidden.ts';
import { interpretVariable, precedenceOf } from './old-names.ts';
import type { Meaning } from './old-names.ts';

/** A line of the file, what it means, and what counts in its place. */
export interface ReadEntry {
  readonly entry: EnvEntry;
  /** Absent for a name that is not known. */
  readonly meaning: Meaning | undefined;
  readonly replacedBy: string | undefined;
}

/** Of a name that comes again the last line counts; of two names of one thing, the old order. */
export function readEntries(entries: readonly EnvEntry[]): ReadEntry[] {
  const last = new Map(entries.map((entry) => [entry.name, entry]));
  const counting = new Map<string, EnvEntry>();
  const usedOn = linesOfUse(entries);
  const read = entries.map((entry) => ({
    entry,
    meaning: interpretVariable(entry.name, entry.text) ?? partOf(usedOn.get(entry.name)),
  }));
  for (const { entry, meaning } of read) {
    if (last.get(entry.name) !== entry) continue;
    for (const key of keysOf(meaning)) {
      const other = counting.get(key);
      if (other === undefined || precedenceOf(entry.name) < precedenceOf(other.name))
        counting.set(key, entry);
    }
  }
  return read.map(({ entry, meaning }) => {
    const later = last.get(entry.name) as EnvEntry;
    if (later !== entry)
      return { entry, meaning, replacedBy: `line ${later.line} sets it again, and counts` };
    const other = keysOf(meaning)
      .map((key) => counting.get(key) as EnvEntry)
      .find((one) => one !== entry);
    const replacedBy = other && `${other.name} on line ${other.line} counts before it`;
    return { entry, meaning, replacedBy };
  });
}

/** The lines in whose values each name stands. */
function linesOfUse(entries: readonly EnvEntry[]): Map<string, number[]> {
  const lines = new Map<string, number[]>();
  for (const { line, uses } of entries)
    for (const name of new Set(uses)) {
      const known = lines.get(name);
      if (known === undefined) lines.set(name, [line]);
      else known.push(line);
    }
  return lines;
}

/** What a name of the file's own means, which others are made of. */
function partOf(lines: readonly number[] | undefined): Meaning | undefined {
  return lines && { note: `what other values are made of (line ${lines.join(', ')})` };
}

const keysOf = ({ settings = {}, secret }: Meaning = {}): string[] => [
  ...Object.keys(settings),
  ...(secret === undefined ? [] : [secret.key]),
];

/** What Compose makes of a value that its author hardly meant. */
export function warnings({ name, text, missing }: EnvEntry): string[] {
  return [
    ...(missing.length === 0
      ? []
      : [missingNote(missing, isSecretName(name) || text.includes('@'))]),
    ...(text.startsWith('# ')
      ? ['what follows = is its value for Compose, also with a # before it']
      : []),
  ];
}

/** They explain a value that its setting does not take. */
export function warningsOf({ entry, meaning }: ReadEntry): EnvFault[] {
  return keysOf(meaning).length === 0
    ? []
    : warnings(entry).map((problem) => ({ line: entry.line, name: entry.name, problem }));
}

/** What follows a `$` in a secret may be a part of it that was not meant as a variable. */
function missingNote(missing: readonly string[], isSecret: boolean): string {
  return isSecret
    ? 'a variable in it is not set above it and stands for nothing; $$ writes a $'
    : `needs ${[...new Set(missing)].join(', ')}, which no line above sets: nothing stands there`;
}

/** What keeps a line of a known name from being read. */
export function unreadOf({ entry, meaning, replacedBy }: ReadEntry): EnvFault[] {
  const problem = replacedBy === undefined ? meaning?.problem : undefined;
  return problem === undefined ? [] : [{ line: entry.line, name: entry.name, problem }];
}
