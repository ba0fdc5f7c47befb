/**
 * The syntax of a `.env` as Docker Compose reads it: the rules of
 * github.com/compose-spec/compose-go/v2/dotenv, version 2.16.2. Compose stops at the first line it
 * cannot read; here every such line is reported and the others are read (decision 34).
 */
import { ValueError, interpolate } from './interpolation.ts';

/** A name and its value, in the order of the file; a name may come again. */
export interface EnvEntry {
  readonly name: string;
  readonly text: string;
  /** On which the name stands, from 1. */
  readonly line: number;
  /** Names in its value that nothing above it sets: each stands for nothing. */
  readonly missing: readonly string[];
  /** Names above it that its value is made of. */
  readonly uses: readonly string[];
}

/** A line that cannot be read. Never quotes it, because it may hold a secret. */
export interface EnvFault {
  readonly line: number;
  /** Where it could be told. */
  readonly name: string;
  readonly problem: string;
}

export interface EnvFile {
  readonly entries: readonly EnvEntry[];
  readonly faults: readonly EnvFault[];
}

// Blanks within a line, and what is skipped before a name: the two sets of compose-go.
const blank = String.raw`[\t\v\f\r \u0085\u00a0]`;
const space = String.raw`[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]`;

const skipped = new RegExp(`(?:${space}|#[^\\n]*)*`, 'y');
const exportWord = new RegExp(`export(?=[\\t\\f\\r ])${blank}*`, 'y');
const nameAndSign = new RegExp(
  `(?<name>(?:[\\p{L}\\p{N}_.\\-[\\]]|${blank})*)(?<sign>[=:])${blank}*`,
  'uy',
);
const restOfLine = /[^\n]*/y;
const quoted = { "'": /'((?:\\.|[^'\\])*)'/sy, '"': /"((?:\\.|[^"\\])*)"/sy };
const oneSpace = new RegExp(space);
const startSpace = new RegExp(`^${space}+`);

/** Reads a `.env`. Variables are replaced from the file alone, by what stands above them. */
export function parseEnvFile(file: string): EnvFile {
  const source = file.replace(/^\uFEFF/, '');
  const entries: EnvEntry[] = [];
  const faults: EnvFault[] = [];
  const values = new Map<string, string>();
  const lineAt = lineCounter(source);
  let position = 0;
  let valueEndsOn = 0;
  const take = (what: RegExp): RegExpExecArray | null => {
    what.lastIndex = position;
    const match = what.exec(source);
    if (match !== null) position += match[0].length;
    return match;
  };
  for (;;) {
    take(skipped);
    if (position >= source.length) return { entries, faults };
    const line = lineAt(position);
    take(exportWord);
    let name = '';
    try {
      name = takeName(take);
      const missing: string[] = [];
      const uses: string[] = [];
      const lookup = (one: string): string | undefined => {
        if (values.has(one)) uses.push(one);
        return values.get(one);
      };
      const text = takeValue(take, lookup, (one) => missing.push(one));
      values.set(name, text);
      entries.push({ name, text, line, missing, uses });
      valueEndsOn = lineAt(position);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      // Only quotes end a value before its line ends.
      const isBehindQuote = name === '' && line === valueEndsOn;
      const problem = isBehindQuote ? 'has text behind a closing quote' : error.message;
      faults.push({ line, name, problem });
    }
  }
}

type Take = (what: RegExp) => RegExpExecArray | null;

/** @throws ValueError when no name with `=` or `:` stands here; the rest of the line is taken */
function takeName(take: Take): string {
  const { name, sign } = take(nameAndSign)?.groups ?? {};
  const trimmed = trimEnd(name?.replace(startSpace, '') ?? '');
  const problem = nameProblem(trimmed, sign);
  if (problem === undefined) return trimmed;
  take(restOfLine);
  throw new ValueError(problem);
}

function nameProblem(name: string, sign: string | undefined): string | undefined {
  if (sign === undefined)
    return (
      'is no NAME=value; a name alone would take its value from whoever starts Compose, and a ' +
      'value of several lines needs quotes'
    );
  if (name === '') return 'has no name before its = or :';
  return oneSpace.test(name) ? 'has a blank within its name' : undefined;
}

/** @throws ValueError when its quotes do not end, or a variable in it cannot be replaced */
function takeValue(
  take: Take,
  lookup: (name: string) => string | undefined,
  onMissing: (name: string) => void,
): string {
  const single = take(quoted["'"])?.[1];
  if (single !== undefined) return single.replaceAll("\\'", "'");
  const double = take(quoted['"'])?.[1];
  if (double !== undefined)
    return interpolate(expandEscapes(double.replaceAll('\\"', '"')), lookup, onMissing);
  const [text = ''] = take(restOfLine) ?? [];
  if (/^['"]/.test(text)) throw new ValueError('begins with a quote that no other one ends');
  const [value = ''] = text.split(' #', 1);
  return interpolate(trimEnd(value), lookup, onMissing);
}

/** A pattern with `+$` would take a time that grows with the square of the blanks in a text. */
function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && oneSpace.test(text[end - 1] ?? '')) end -= 1;
  return text.slice(0, end);
}

const controls: Record<string, string> = {
  a: '\u0007',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
  // Left to the interpolation, for which `$$` is a `$` that names nothing.
  $: '$$',
};

/** `\n` and the like; `\0123` is an octal number. Others keep their backslash. */
function expandEscapes(text: string): string {
  return text.replaceAll(
    /\\(?:([abcfnrtv$"\\])|0(\d{0,3}))/g,
    (matched, one?: string, digits?: string) => {
      if (one !== undefined) return controls[one] ?? matched;
      const code = Number.parseInt(digits ?? '', 8);
      return /^[0-7]{3}$/.test(digits ?? '') && code <= 255
        ? String.fromCodePoint(code)
        : `\\${digits}`;
    },
  );
}

/** @returns a function that gives the line of a position; positions must not go back */
function lineCounter(source: string): (position: number) => number {
  let line = 1;
  let counted = 0;
  return (position) => {
    for (; counted < position; counted += 1) if (source[counted] === '\n') line += 1;
    return line;
  };
}
