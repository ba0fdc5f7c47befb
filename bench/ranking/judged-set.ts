/** Reads a judged set: `documents.jsonl`, `queries.tsv` and `qrels.txt` in one folder. */
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';

import { CommandError } from '../../toolchain/command-error.ts';
import { readLines } from '../../worker/lines.ts';
import type { Line } from '../../worker/lines.ts';
import type { Gains } from './measures.ts';
import { readPages } from './pages.ts';
import type { JudgedPage, ReadPages } from './pages.ts';

export interface JudgedQuery {
  readonly id: string;
  readonly text: string;
  /** By canonical URL; at least one is above 0. */
  readonly gains: Gains;
}

export interface JudgedSet {
  readonly pages: readonly JudgedPage[];
  /** Those with a relevant document, in their order. */
  readonly queries: readonly JudgedQuery[];
  /** What was left out, and why: one sentence each. */
  readonly notes: readonly string[];
}

/** Larger than any page that the intake takes. */
const maxLineBytes = 64 * 2 ** 20;
const shownFaults = 20;

const files = { pages: 'documents.jsonl', queries: 'queries.tsv', gains: 'qrels.txt' } as const;

/** Collects what is wrong with a set, to tell all of it at once. */
export type ReportFault = (file: string, line: number, problem: string) => void;

/**
 * Reads a set, whatever its line ends, its order, and the blanks or tabs between its columns.
 *
 * @throws CommandError with every fault and its line
 */
export async function readJudgedSet(folder: string): Promise<JudgedSet> {
  const absent = Object.values(files).filter((file) => !existsSync(join(folder, file)));
  if (absent.length > 0)
    throw unusable(
      folder,
      absent.map((file) => `${file} is not there`),
    );
  const faults: string[] = [];
  const report: ReportFault = (file, line, problem) => faults.push(`${file}:${line}: ${problem}`);
  const linesOf = (file: string): AsyncGenerator<Line> =>
    readLines(createReadStream(join(folder, file)), maxLineBytes);
  const pages = await readPages(linesOf(files.pages), (line, problem) =>
    report(files.pages, line, problem),
  );
  const texts = await readQueries(linesOf(files.queries), report);
  const judged = await readGains(linesOf(files.gains), report);
  if (pages.pages.length === 0) faults.push(`${files.pages}: has no document`);
  if (texts.size === 0) faults.push(`${files.queries}: has no query`);
  const set = resolveIds(pages, texts, judged);
  if (faults.length === 0 && set.queries.length === 0)
    faults.push(`${files.gains}: no query of ${files.queries} has a document with a gain above 0`);
  if (faults.length > 0) throw unusable(folder, faults);
  return set;
}

function unusable(folder: string, faults: readonly string[]): CommandError {
  const more = faults.length - shownFaults;
  return new CommandError(
    [
      `${folder} is no judged set:`,
      ...faults.slice(0, shownFaults).map((fault) => `  ${fault}`),
      ...(more > 0 ? [`  and ${more} more`] : []),
    ].join('\n'),
    'docs/ranking.md describes the three files.',
  );
}

/** Id, tab, text. */
async function readQueries(
  lines: AsyncIterable<Line>,
  report: ReportFault,
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for await (const { number, text } of contentOf(lines)) {
    const [, id = '', query = ''] = /^([^\t]*)\t(.*)$/.exec(text) ?? [];
    if (id.trim() === '' || query.trim() === '')
      report(files.queries, number, 'is not an id, a tab and a query');
    else if (texts.has(id.trim())) report(files.queries, number, `the id ${id} is there already`);
    else texts.set(id.trim(), query.trim());
  }
  return texts;
}

/** Gains by the ids of query and document, as they stand in the file. */
type Judgements = Map<string, Map<string, number>>;

/**
 * Query, a column that nothing reads, document, gain. Where tabs stand between the columns an id
 * may have blanks. Of two judgements of one pair the higher counts.
 */
async function readGains(lines: AsyncIterable<Line>, report: ReportFault): Promise<Judgements> {
  const judgements: Judgements = new Map();
  for await (const { number, text } of contentOf(lines)) {
    const columns = (text.includes('\t') ? text.split('\t') : text.trim().split(/\s+/)).map(
      (column) => column.trim(),
    );
    const [query = '', , document = '', given = ''] = columns;
    const gain = given === '' ? Number.NaN : Number(given);
    if (columns.length !== 4 || query === '' || document === '')
      report(files.gains, number, 'is not a query, 0, a document and a gain');
    else if (!Number.isFinite(gain))
      report(files.gains, number, `the gain ${given} is not a number`);
    else {
      const gains = judgements.get(query) ?? new Map<string, number>();
      gains.set(document, Math.max(0, gain, gains.get(document) ?? 0));
      judgements.set(query, gains);
    }
  }
  return judgements;
}

/** The lines that are not blank, without a byte order mark. */
async function* contentOf(
  lines: AsyncIterable<Line>,
): AsyncGenerator<{ readonly number: number; readonly text: string }> {
  for await (const { number, text = '' } of lines) {
    const content = number === 1 ? text.replace(/^\uFEFF/, '') : text;
    if (content.trim() !== '') yield { number, text: content };
  }
}

/** What was judged and is not in the set cannot be found: it is no part of the ideal order. */
function resolveIds(
  { pages, urlOf, refused }: ReadPages,
  texts: ReadonlyMap<string, string>,
  judgements: Judgements,
): JudgedSet {
  const known = new Set(pages.map(({ url }) => url));
  const unknown = new Set<string>();
  const resolve = (given: ReadonlyMap<string, number>): Gains => {
    const gains = new Map<string, number>();
    for (const [id, gain] of given) {
      const url = urlOf(id);
      if (url === undefined || !known.has(url)) unknown.add(id);
      else gains.set(url, Math.max(gain, gains.get(url) ?? 0));
    }
    return gains;
  };
  const queries = [...texts].map(([id, text]) => ({
    id,
    text,
    gains: resolve(judgements.get(id) ?? new Map()),
  }));
  const judged = queries.filter(({ gains }) => [...gains.values()].some((gain) => gain > 0));
  const strays = [...judgements.keys()].filter((id) => !texts.has(id));
  return {
    pages,
    queries: judged,
    notes: [
      ...describe(refused, 'documents that the intake refuses are left out'),
      ...describe(
        queries.filter((one) => !judged.includes(one)).map(({ id }) => id),
        'queries without a relevant document are left out',
      ),
      ...describe([...unknown], 'judged documents are not in the set and are left out'),
      ...describe(strays, 'judged queries are not in the set and are left out'),
    ],
  };
}

function describe(ids: readonly string[], what: string): string[] {
  return ids.length === 0
    ? []
    : [`${ids.length} ${what}: ${ids.slice(0, 5).join(', ')}${ids.length > 5 ? ', …' : ''}`];
}
