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

/** Letters that names are made of, Latin, Greek and Cyrillic, and the signs within and around. */
const candidates =
  /[\w.\-/:@#$+~%&=\\\u00C0-\u024F\u0370-\u052F\u2010\u2011０-９Ａ-Ｚａ-ｚ＃＄％＆＋－．／：＝＠＼＿～]+/g;
/**
 * What makes a name: a sign between letters or digits or before them, a change of case, the `v` of
 * a version, signs at the end.
 */
const named =
  /[^\s\w][^\s\w]*\w|_\w|[a-z0-9][A-Z]|[A-Z]{2}[a-z]|^[vV]\d+\.|\w(?:\+\+|#)$|\p{Ll}\p{Lu}/u;
/** Signs that end a sentence or a bracket, or emphasise: no part of the name before them. */
const behind = /[.\-/:@$+~%&=\\_#\u2010\u2011＃＄％＆＋－．／：＝＠＼＿～]+$/;
const kept = /\w(?:\+\+|#)$/;
/** Python's own names. */
const underlined = /^__\w+__$/;
/** `1,000,000`, `1'000'000`, `10,00,000`, and with blanks that keep a line together. */
const grouped = /(?<![\d.,])\d{1,3}([,.'’\u00A0\u2009\u202F])\d{2,3}(?:\1\d{2,3})*(?![\d]|[.,]\d)/g;
const maxLength = 255;

/** @returns the other ways to write the names of a text */
export function nameForms(text: string): NameForm[] {
  const forms: NameForm[] = [];
  for (const { 0: run, index: start } of text.matchAll(candidates)) {
    if (run.length > maxLength) continue;
    const written = asciiOnly.test(run) ? run : toAsciiSigns(run);
    if (!named.test(written)) continue;
    const name = kept.test(written) || underlined.test(written) ? run : run.replace(behind, '');
    for (const terms of listForms(toAsciiSigns(name)))
      forms.push({ terms, start, end: start + name.length });
  }
  for (const { 0: number, index: start } of text.matchAll(grouped))
    if (/\d{3}$/.test(number))
      forms.push({ terms: [number.replace(/\D/g, '')], start, end: start + number.length });
  return forms;
}

/** @returns each way to write a name; none for a plain word */
function listForms(written: string): string[][] {
  const exact = written.replace(wordParts, fold).replace(/^_(?=[^_])/, '');
  const core = exact.replace(/^[^\p{L}\p{N}]+/u, '');
  const words = core.split(/[_-]+/);
  const file = core.slice(core.search(/[^/\\]*$/));
  const withSigns = [exact, core, core.replace(/^v(?=\d+\.)/, ''), file];
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
const asciiOnly = /^[\0-\x7F]*$/;
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
