/** The documents of a judged set, and the ids by which its judgements name them. */
import { canonicalizeUrl } from '../../worker/documents/canonical-url.ts';
import { parseDocument } from '../../worker/documents/document.ts';
import { PulseError } from '../../worker/errors.ts';
import type { Line } from '../../worker/lines.ts';

export interface JudgedPage {
  /** Canonical, as a search answers it. */
  readonly url: string;
  /** As `./pulse index` takes it. */
  readonly value: unknown;
}

export interface ReadPages {
  readonly pages: readonly JudgedPage[];
  /** Names and reasons of what the intake refuses. */
  readonly refused: readonly string[];
  /** @returns the URL of the document that a judgement names; undefined where it names none */
  readonly urlOf: (id: string) => string | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

/** A line, under the names that judgements may use for it. */
interface Named {
  readonly number: number;
  readonly record: Fields;
  /** `id` or `_id`. */
  readonly id: string | undefined;
  readonly given: string | undefined;
}

/** @param report is told what is no document at all, with the number of its line */
export async function readPages(
  lines: AsyncIterable<Line>,
  report: (line: number, problem: string) => void,
): Promise<ReadPages> {
  const named: Named[] = [];
  const lineOf = new Map<string, number>();
  for await (const { number, text } of lines) {
    const record = text === undefined ? 'is too long' : parseRecord(text, number);
    if (record === undefined) continue;
    if (typeof record === 'string') {
      report(number, record);
      continue;
    }
    const id = asText(record['id'] ?? record['_id']);
    const given = asText(record['url']);
    const name = id ?? given;
    if (name === undefined) report(number, 'has neither url nor id');
    else if (lineOf.has(name)) report(number, `${name} is in line ${lineOf.get(name)} already`);
    else named.push({ number, record, id, given });
    if (name !== undefined && !lineOf.has(name)) lineOf.set(name, number);
  }
  return parsePages(named);
}

/** @returns undefined for a blank line, a sentence for what is no record */
function parseRecord(line: string, number: number): Fields | string | undefined {
  const text = number === 1 ? line.replace(/^\uFEFF/, '') : line;
  if (text.trim() === '') return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Fields)
      : 'is no JSON object';
  } catch {
    return 'is not JSON';
  }
}

function asText(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;
}

function parsePages(named: readonly Named[]): ReadPages {
  const pages: JudgedPage[] = [];
  const refused: string[] = [];
  const ids = new Map<string, string>();
  const used = new Set<string>();
  const start = commonStart(named.flatMap(({ given }) => (given === undefined ? [] : [given])));
  const urls = named.map(({ given, number }) => {
    const url = canonicalizeUrl(given ?? '');
    // Two addresses that mean the same page would replace each other.
    const own = url === undefined || used.has(url) ? `https://set.example/line/${number}` : url;
    used.add(own);
    return own;
  });
  // What a document is called in full goes before what is only the end of its URL.
  const waysToName = [
    ({ id }: Named) => id,
    ({ given }: Named) => given,
    ({ given }: Named) => given?.slice(start.length),
    ({ given }: Named) => decode(given?.slice(start.length)),
    ({ given }: Named) => given?.split('/').at(-1),
    ({ given }: Named) => decode(given?.split('/').at(-1)),
  ];
  for (const nameOf of waysToName)
    for (const [index, one] of named.entries()) {
      const name = nameOf(one);
      if (name !== undefined && !ids.has(name)) ids.set(name, urls[index] as string);
    }
  for (const [index, { id, given, record }] of named.entries()) {
    const value = { ...record, url: urls[index] };
    try {
      pages.push({ url: parseDocument(value).url, value });
    } catch (error) {
      if (!(error instanceof PulseError)) throw error;
      refused.push(`${id ?? given} (${error.message})`);
    }
  }
  return { pages, refused, urlOf: (id) => ids.get(id) };
}

/** @returns what all URLs have before their ids, to the last slash */
function commonStart(urls: readonly string[]): string {
  const [first = '', ...rest] = urls;
  let { length } = first;
  for (const url of rest) while (length > 0 && !url.startsWith(first.slice(0, length))) length -= 1;
  return first.slice(0, first.lastIndexOf('/', length - 1) + 1);
}

function decode(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
