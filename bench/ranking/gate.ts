/** What a release must not rank below: figures of the judged set, and those kept beside it. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { readPage } from '../../cli/files/page.ts';
import { formatTable } from '../../shared/table.ts';
import { readJudgedSet } from './judged-set.ts';
import { openLocalIndex } from './local-index.ts';
import { byBestChunk } from './measure.ts';
import type { Find } from './measure.ts';
import { mean, ndcg } from './measures.ts';
import { PlainIndex } from './plain.ts';

const root = join(import.meta.dirname, '../..');
const folder = join(root, 'test/fixtures/ranking');
export const keptFile = join(folder, 'expected.json');
/** A figure is kept with four digits; what is less is no change. */
const tolerance = 0.0005;

/** One number of the gate: nDCG@10, or the share of names that are found first. */
export interface Figure {
  /** `all`, a kind, a language, or `names`. */
  readonly of: string;
  readonly queries: number;
  readonly now: number;
  /** That of SQLite's FTS5 as it comes. */
  readonly plain: number;
}

export type Kept = Readonly<Record<string, number>>;

export function readKept(): Kept {
  return JSON.parse(readFileSync(keptFile, 'utf8')) as Kept;
}

/** Searches the judged set, and this repository's documentation by the names in it. */
export async function measureGate(): Promise<Figure[]> {
  return [...(await measureJudged()), await measureNames()];
}

async function measureJudged(): Promise<Figure[]> {
  const { pages, queries } = await readJudgedSet(folder);
  await using index = await openLocalIndex(pages.map(({ value }) => value));
  using plain = new PlainIndex(index.chunks);
  const findPlain = byBestChunk((query, limit) => plain.search(query, limit));
  const rate = async (find: Find, { text, gains }: (typeof queries)[number]): Promise<number> =>
    ndcg(await find(text, 10), gains);
  const rated: { groups: string[]; now: number; plain: number }[] = [];
  for (const query of queries) {
    const [kind = '', language = ''] = query.id.split('-');
    const now = await rate(index.find, query);
    rated.push({ groups: ['all', kind, language], now, plain: await rate(findPlain, query) });
  }
  const groups = new Set([0, 1, 2].flatMap((at) => rated.map((one) => one.groups[at] as string)));
  return [...groups].map((of) => {
    const those = rated.filter((one) => one.groups.includes(of));
    return {
      of,
      queries: those.length,
      now: mean(those.map(({ now }) => now)),
      plain: mean(those.map((one) => one.plain)),
    };
  });
}

/** The share of the names whose page is the first answer. */
async function measureNames(): Promise<Figure> {
  const names = readFileSync(join(folder, 'names.tsv'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => line.split('\t') as [name: string, page: string]);
  const urlOf = (path: string): string => `file://pulse/${path}`;
  const pages = ['docs/**/*.md', 'samples/*.md'].flatMap((pattern) =>
    globSync(pattern, { cwd: root }),
  );
  await using index = await openLocalIndex(
    pages.sort().map((path) => ({ ...readPage(join(root, path), urlOf(path)), url: urlOf(path) })),
  );
  using plain = new PlainIndex(index.chunks);
  const share = async (find: Find): Promise<number> => {
    const firsts: number[] = [];
    for (const [name, page] of names)
      firsts.push((await find(name, 10))[0] === urlOf(page) ? 1 : 0);
    return mean(firsts);
  };
  return {
    of: 'names',
    queries: names.length,
    now: await share(index.find),
    plain: await share(byBestChunk((query, limit) => plain.search(query, limit))),
  };
}

/** @returns the figures that fell below the kept ones, or have none */
export function listFallen(figures: readonly Figure[], kept: Kept): Figure[] {
  return figures.filter(({ of, now }) => !(now >= (kept[of] ?? Infinity) - tolerance));
}

export function formatGate(figures: readonly Figure[], kept: Kept): string {
  return formatTable(
    figures.map(({ of, queries, now, plain }) => ({
      of,
      queries,
      'plain FTS5': plain.toFixed(4),
      kept: kept[of]?.toFixed(4),
      now: now.toFixed(4),
      change: formatChange(now - (kept[of] ?? now)),
    })),
  );
}

function formatChange(change: number): string {
  if (Math.abs(change) < tolerance) return '';
  return `${change > 0 ? '+' : ''}${change.toFixed(4)}`;
}
