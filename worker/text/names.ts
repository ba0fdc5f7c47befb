import { buildTable } from './characters.ts';
import { fold } from './fold.ts';

/**
 * One way to write a name: `tokenize` has its plain words, this has what gets lost there, which is
 * signs and changes of case.
 */
export interface NameForm {
  /** One term with its signs, or words that follow each other. */
  readonly terms: readonly string[];
  /** Where the name stands in the text, in UTF-16 code units. */
  readonly start: number;
  readonly end: number;
}

/** What characters do in a name, in the order of how much they say. */
const none = 0;
const small = 1;
const digit = 2;
const capital = 3;
/** A sign that stands within names or before them. */
const sign = 4;
/** Of Latin beyond ASCII, Greek and Cyrillic, and full width. */
const beyond = 5;

const classes = buildTable([
  [beyond, /[\u00C0-\u024F\u0370-\u052F０-９Ａ-Ｚａ-ｚ＃＄％＆＋－．／：＠＼＿～\u2010\u2011]+/g],
  [small, /[a-z]+/g],
  [digit, /\d+/g],
  [capital, /[A-Z]+/g],
  [sign, /[._\-/:@#$+~%&\\]+/g],
]);

/** A sign before or between letters or digits, a change of case, `++` or `#` at the end. */
const named =
  /[^\p{L}\p{N}\p{M}][\p{L}\p{N}]|\p{Ll}\p{Lu}|\p{N}\p{Lu}|\p{Lu}{2}\p{Ll}|\w(?:\+\+|#)$/u;
/** Signs that end a sentence or emphasise are no part of the name before them. */
const behind = /[.\-/:@$+~%&\\_#\u2010\u2011＃＄％＆＋－．／：＠＼＿～]+$/;
/** Signs that are: `C++`, `C#`, Python's `__init__`. */
const complete = /\w(?:\+\+|#)$|^__\w+__$/;
/** `1,000,000`, `1'000'000`, `10,00,000`, and with blanks that keep a line together. */
const grouped = /(?<![\d.,])\d{1,3}([,.'’\u00A0\u2009\u202F])\d{2,3}(?:\1\d{2,3})*(?![\d]|[.,]\d)/g;
const maxLength = 255;

/** @returns the other ways to write the names of a text */
export function nameForms(text: string): NameForm[] {
  const forms: NameForm[] = [];
  for (const [start, runEnd] of findRuns(text)) {
    const { length, ways } = readRun(text.slice(start, runEnd));
    for (const terms of ways) forms.push({ terms, start, end: start + length });
  }
  for (const { 0: number, index: start } of text.matchAll(grouped))
    if (/\d{3}$/.test(number))
      forms.push({ terms: [number.replaceAll(/\D/g, '')], start, end: start + number.length });
  return forms;
}

/** How long the name is with which a run begins, and the ways to write it. */
interface Name {
  readonly length: number;
  readonly ways: readonly (readonly string[])[];
}

const maxKnown = 5_000;
const known = new Map<string, Name>();

function readRun(run: string): Name {
  const before = known.get(run);
  if (before !== undefined) return before;
  if (known.size >= maxKnown) known.clear();
  const written = toAsciiSigns(run);
  const name = complete.test(written) ? run : run.replace(behind, '');
  const ways = named.test(written) ? listForms(written.slice(0, name.length)) : [];
  const read = { length: name.length, ways };
  known.set(run, read);
  return read;
}

/**
 * Finds the runs of letters, digits and signs that may be names. Most words of a text are not, and
 * a regular expression would take ten times as long to say so.
 */
function findRuns(text: string): [start: number, end: number][] {
  const runs: [start: number, end: number][] = [];
  let start = 0;
  let mayBeName = false;
  let last = none;
  let lastButOne = none;
  for (let at = 0; at <= text.length; at++) {
    const kind = at < text.length ? (classes[text.charCodeAt(at)] ?? none) : none;
    if (kind === none) {
      if (mayBeName && at - start <= maxLength) runs.push([start, at]);
      mayBeName = false;
      start = at + 1;
    } else if (kind !== small || last > digit)
      mayBeName ||=
        kind === beyond ||
        (last === sign ? kind !== sign || text[at] === '+' : kind === capital && last !== none) ||
        (kind === small && last === capital && lastButOne === capital) ||
        text[at] === '#';
    lastButOne = last;
    last = kind;
  }
  return runs;
}

/** @returns each way to write a name; none for a plain word */
function listForms(written: string): string[][] {
  const exact = written.replace(wordParts, fold).replace(/^_(?=[^_])/, '');
  const core = exact.replaceAll(/^[^\p{L}\p{N}]+|_+$/gu, '');
  const words = core.split(/[_-]+/);
  // Without the line of a compiler's message, the port of an address.
  const place = core.replace(/(?::\d+){1,2}$/, '');
  const file = place.slice(place.search(/[^/\\]*$/));
  const withSigns = [exact, core, place, core.replace(/^v(?=\d+\.)/, ''), file];
  const forms = new Set(withSigns.filter((form) => notLetters.test(form)));
  if (words.length > 1 && !otherSigns.test(core)) forms.add(words.join(''));
  const parts = splitName(written).map(fold);
  return [
    ...[...forms].map((form) => [form]),
    ...(parts.length > written.split(notLetters).filter(Boolean).length ? [parts] : []),
  ];
}

const wordParts = /[\p{L}\p{N}\p{M}]+/gu;
const notLetters = /[^\p{L}\p{N}\p{M}]+/u;
/** Any but those that are left out when a name is written as one word. */
const otherSigns = /[^\p{L}\p{N}\p{M}_-]/u;

/** Full width and hyphens that do not break, as ASCII; in the same number of code units. */
function toAsciiSigns(name: string): string {
  return name
    .replaceAll(/[\uFF01-\uFF5E]/g, (one) => one.normalize('NFKC'))
    .replaceAll(/[\u2010\u2011]/g, '-');
}

/** Splits a name into its words: `HTTPServer_port2` is HTTP, Server, port2. */
function splitName(name: string): string[] {
  return name
    .split(/[^\p{L}\p{N}\p{M}]+|(?<=\p{Ll}|\p{N})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})/u)
    .filter((part) => part !== '');
}
