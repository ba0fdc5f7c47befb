import { parse as parseToml } from 'smol-toml';
import { isMap, isScalar, isSeq, parseDocument } from 'yaml';
import type { Scalar } from 'yaml';

import { isNamed, parseLanguage } from '../../shared/locale.ts';
import { EntryFault } from './entry-fault.ts';

/** What front matter says of its page; every other key has no meaning for Pulse. */
export interface FrontMatter {
  readonly url?: string;
  readonly title?: string;
  readonly description?: string;
  readonly language?: string;
  readonly country?: string;
  readonly isMobile?: boolean;
}

type Values = ReadonlyMap<string, string | undefined>;

/** By its first line, the first of the file; what is none of the format is text. */
const forms: readonly {
  readonly block: RegExp;
  readonly read: (fields: string) => Values | undefined;
  readonly notBefore?: RegExp;
}[] = [
  {
    block: /^---(?:yaml)?[ \t]*\r?\n(?<fields>[^]*?)(?<=\n)(?:---|\.\.\.)[ \t]*(?:\r?\n|$)/,
    read: parseMapping,
  },
  {
    // Of Hugo and Zola; the second one of Eleventy, as is that of JSON.
    block: /^(\+{3}|---(?=toml))(?:toml)?[ \t]*\r?\n(?<fields>[^]*?)(?<=\n)\1[ \t]*(?:\r?\n|$)/,
    read: readToml,
  },
  {
    block: /^(;{3}|---(?=json))(?:json)?[ \t]*\r?\n(?<fields>[^]*?)(?<=\n)\1[ \t]*(?:\r?\n|$)/,
    read: readJson,
  },
  {
    // Of Hugo: in one line, or up to the first line that begins with its bracket.
    block: /^(?<fields>\{.*\}|\{[^]*?\n\})[ \t]*(?:\r?\n|$)/,
    read: readJson,
    // Then both are records.
    notBefore: /^\s*\{\s*"/,
  },
  {
    // Of Hexo, without the first rule: no line is empty. One line over `---` is a heading.
    block: new RegExp(
      String.raw`^(?<fields>["']?[\w.-]+["']?[ \t]*:(?:[ \t][^\n]*)?\r?\n` +
        String.raw`(?:(?!---|;;;)(?=[^\r\n]*\S)[^\n]*\n){1,200})(?:---|;;;)[ \t]*(?:\r?\n|$)`,
    ),
    read: readBare,
  },
];
/** What is longer is text between two rules. */
const maxLength = 100_000;
/** Keys that say: this is front matter, and no text between two rules. */
const known = new RegExp(
  '^(?:url|title|description|lang(?:uage)?|country|date|tags?|layout|slug|permalink|draft|authors?|' +
    'categor(?:y|ies)|aliases|keywords|modified|weight|id|sidebar_\\w+)$',
  'i',
);
/** One of these is in what Hexo writes; the head of a mail has a date and an author as well. */
const ofHexo = /^(?:title|layout|tags?|categor(?:y|ies)|permalink)$/i;
/** How the first line of a mapping begins. */
const keyLine = /^["']?[\w.-]+["']?[ \t]*:(?:\s|$)/;

/**
 * Takes front matter off a page: YAML that is a mapping, TOML or JSON, at the very top. Whatever
 * else stands between two rules is text, and stays.
 *
 * @throws EntryFault when it begins as such, and cannot be read
 */
export function splitFrontMatter(page: string): { matter: FrontMatter; text: string } {
  const whole = { matter: {}, text: page };
  for (const { block, read, notBefore } of forms) {
    const match = block.exec(page);
    const { fields = '' } = match?.groups ?? {};
    if (match === null || fields.length > maxLength) continue;
    const text = page.slice(match[0].length);
    if (notBefore?.test(text)) return whole;
    if (fields.trim() === '') return page.startsWith('---') ? { matter: {}, text } : whole;
    const values = read(fields);
    return values === undefined ? whole : { matter: readMatter(values), text };
  }
  return whole;
}

/** @returns its texts, numbers and flags; undefined for what does not begin as TOML */
function readToml(toml: string): Values | undefined {
  if (!/^\s*(?:#[^\n]*\n\s*)*(?:["']?[\w.-]+["']?[ \t]*=|\[)/.test(toml)) return undefined;
  try {
    return readFields(parseToml(toml));
  } catch (error) {
    const [problem = ''] = (error as Error).message.split('\n', 1);
    throw new EntryFault(`its front matter is not TOML: ${problem}`);
  }
}

/** @returns the same of YAML or JSON; undefined for any other text, which nothing says is one */
function readBare(fields: string): Values | undefined {
  let values: Values | undefined;
  try {
    values = /^"[^\n]*,\s*$/m.test(fields) ? readJson(fields) : parseMapping(fields);
  } catch (error) {
    if (!(error instanceof EntryFault)) throw error;
  }
  return [...(values?.keys() ?? [])].some((key) => ofHexo.test(key)) ? values : undefined;
}

/** @returns the same; undefined for an object that says nothing of a page */
function readJson(json: string): Values | undefined {
  let value: unknown;
  try {
    // Hexo leaves the brackets out.
    value = JSON.parse(/^\s*"/.test(json) ? `{${json}}` : json);
  } catch (error) {
    if (![...json.matchAll(/^[ \t{]*"([\w.-]+)"[ \t]*:/gm)].some(([, key]) => isKnown(key)))
      return undefined;
    throw new EntryFault(`its front matter is not JSON: ${(error as Error).message}`);
  }
  const fields = typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
  return Object.keys(fields).some(isKnown) ? readFields(fields) : undefined;
}

function readFields(fields: object): Values {
  return new Map(Object.entries(fields).map(([key, value]) => [key, textOfField(value)]));
}

function isKnown(key = ''): boolean {
  return known.test(key);
}

function textOfField(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

/** @returns its values as they are written; undefined for what is no front matter */
function parseMapping(yaml: string): Values | undefined {
  // Every scalar is its own text: a title of 2024 or 1.10 is no number.
  const document = parseDocument(yaml, {
    schema: 'failsafe',
    logLevel: 'silent',
    uniqueKeys: false,
  });
  const [error] = document.errors;
  if (error !== undefined) {
    if (!keyLine.test(yaml) || isSentence(yaml)) return undefined;
    if (error.code === 'RESOURCE_EXHAUSTION')
      throw new EntryFault('its front matter has more levels than can be read');
    const [problem = ''] = error.message.split('\n', 1);
    throw new EntryFault(
      `its front matter is not YAML: ${problem.replace(/:$/, '')}; ` +
        (error.code === 'TAB_AS_INDENT'
          ? 'write blanks in place of the tab'
          : 'write quotes around such a value'),
    );
  }
  if (!isMap(document.contents)) return undefined;
  const values = new Map(
    document.contents.items.map(({ key, value }) => [
      isScalar(key) ? String(key.value) : '',
      textOf(value, yaml),
    ]),
  );
  // As Obsidian's boards begin; a sentence between two rules stands there as well.
  const isSetOff = /^\s*\n/.test(yaml);
  const isMeant =
    [...values.keys()].some(isKnown) ||
    (keyLine.test(yaml.trimStart()) &&
      !document.contents.items.some(({ key, value }) => isProse(key, value, isSetOff)));
  return isMeant ? values : undefined;
}

/** Whether it begins as `Note: a: b`, which is no YAML, and no key says that it should be. */
function isSentence(yaml: string): boolean {
  const keys = [...yaml.matchAll(/^["']?([\w.-]+)["']?[ \t]*:(?:\s|$)/gm)];
  const isPlain = /^\s*[\w.-]+[ \t]*:[ \t]+[^\s[\]{}"'&*|>@`%!#,?-]\S*[ \t]+\S/.test(yaml);
  return isPlain && !keys.some(([, key]) => isKnown(key));
}

/**
 * Whether it is `Note: read this first` and no field. `Key: one-word`, a number, a date, a list, a
 * quoted text and any key in small letters are fields.
 *
 * @param isSetOff there is an empty line before it: then its key may have small letters as well
 */
function isProse(key: unknown, value: unknown, isSetOff: boolean): boolean {
  const name = isScalar(key) ? String(key.value) : '';
  if (!/^\S+$/.test(name)) return true;
  const isPlain = isScalar(value) && value.type === 'PLAIN';
  const words = isPlain ? String(value.value) : '';
  return (isSetOff || /^\p{Lu}/u.test(name)) && /\p{L}\S*\s+\S/u.test(words);
}

/** @returns the text of a scalar, or of the only one in a list */
function textOf(value: unknown, yaml: string): string | undefined {
  if (isSeq(value)) return value.items.length === 1 ? textOf(value.items[0], yaml) : undefined;
  if (!isScalar(value) || typeof value.value !== 'string') return undefined;
  const text = [...listWordMarks(value, yaml), value.value.trim()].join(' ').trim();
  return /^(?:|~|null)$/i.test(text) ? undefined : text;
}

/**
 * Without quotes the first word of `&str and String` is an anchor, and that of `!important rules` a
 * tag. It is a word of the text where no alias names it, and where YAML has no such type.
 */
function listWordMarks({ type, anchor, tag }: Scalar, yaml: string): string[] {
  if (type !== 'PLAIN') return [];
  const isWord = anchor !== undefined && !yaml.includes(`*${anchor}`);
  return [...(isWord ? [`&${anchor}`] : []), ...(/^!./.test(tag ?? '') ? [tag!] : [])];
}

/** What is not understood is left out: other generators use the same words for other things. */
function readMatter(values: Values): FrontMatter {
  // Pelican and Obsidian write `Title:`. As it is here goes before that.
  const lowered = new Map([...values].map(([key, value]) => [key.toLowerCase(), value]));
  const find = (key: string): string | undefined =>
    values.get(key) ?? lowered.get(key.toLowerCase());
  const [url, description] = [find('url'), find('description')];
  const title = find('title')?.replaceAll(/\s+/g, ' ').slice(0, maxTitleLength);
  const language = find('language') ?? find('lang');
  const country = find('country');
  const isMobile = find('isMobile');
  return {
    ...(isPageUrl(url) && { url }),
    ...(title !== undefined && { title }),
    ...(description !== undefined && { description: description.slice(0, maxDescriptionLength) }),
    ...(isLanguage(language) && { language }),
    ...(/^[a-z]{2}$/i.test(country ?? '') && { country }),
    ...(/^(?:true|false|yes|no)$/i.test(isMobile ?? '') && {
      isMobile: /^(?:true|yes)$/i.test(isMobile ?? ''),
    }),
  } as FrontMatter;
}

/** As the worker takes them at most. */
const maxTitleLength = 2_000;
const maxDescriptionLength = 10_000;

/** `/about/` is a place within a site, which the file's own name says as well. */
function isPageUrl(text: string | undefined): boolean {
  return text !== undefined && URL.canParse(text) && /^(?:https?|file):\/\//i.test(text);
}

/**
 * `python`, `css` and `sql` are languages too, and none of a page. Of those that have the letters
 * of a language, code is meant far more often.
 */
function isLanguage(text: string | undefined): boolean {
  if (text === undefined || !/^[a-z]{2,3}(?:[-_.@][\w.@-]*)?$/i.test(text)) return false;
  if (/^(?:ada|asm|lua|sh|ts)$/i.test(text)) return false;
  const language = parseLanguage(text);
  return language !== undefined && isNamed(language);
}
