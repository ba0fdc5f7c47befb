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
import { StoredVectors } from './stored-vectors.ts';

const root = join(import.meta.dirname, '../..');
export const judgedFolder = join(root, 'test/fixtures/ranking');
export const keptFile = join(judgedFolder, 'expected.json');
export const vectorsFile = join(judgedFolder, 'vectors.tsv');
/** A figure is kept with four digits; what is less is no change. */
const tolerance = 0.0005;

/** What is kept of each: by keyword names as well. */
const modes = ['keyword', 'hybrid'] as const;
type GateMode = (typeof modes)[number];

/** One line of the gate: nDCG@10, or the share of names that are found first. */
export interface Figure {
  /** `all`, a kind, a language, or `names`. */
  readonly of: string;
  readonly queries: number;
  /** That of SQLite's FTS5 as it comes. */
  readonly plain: number;
  readonly keyword: number;
  readonly hybrid?: number;
}

export type Kept = Readonly<Record<GateMode, Readonly<Record<string, number>>>>;

export function readKept(): Kept {
  return JSON.parse(readFileSync(keptFile, 'utf8')) as Kept;
}

/** Searches the judged set, and this repository's documentation by the names in it. */
export async function measureGate(): Promise<Figure[]> {
  return [...(await measureJudged()), await measureNames()];
}

async function measureJudged(): Promise<Figure[]> {
  const { pages, queries } = await readJudgedSet(judgedFolder);
  await using index = await openLocalIndex(
    pages.map(({ value }) => value),
    new StoredVectors(vectorsFile),
  );
  using plain = new PlainIndex(index.chunks);
  const ways = {
    plain: byBestChunk((query, limit) => plain.search(query, limit)),
    keyword: index.find('keyword'),
    hybrid: index.find('hybrid'),
  };
  const rated: ({ groups: string[] } & Record<keyof typeof ways, number>)[] = [];
  for (const { id, text, gains } of queries) {
    const rate = async (find: Find): Promise<number> => ndcg(await find(text, 10), gains);
    rated.push({
      groups: ['all', ...id.split('-').slice(0, 2)],
      plain: await rate(ways.plain),
      keyword: await rate(ways.keyword),
      hybrid: await rate(ways.hybrid),
    });
  }
  const groups = new Set([0, 1, 2].flatMap((at) => rated.map((one) => one.groups[at] as string)));
  return [...groups].map((of) => {
    const those = rated.filter((one) => one.groups.includes(of));
    return {
      of,
      queries: those.length,
      plain: mean(those.map((one) => one.plain)),
      keyword: mean(those.map(({ keyword }) => keyword)),
      hybrid: mean(those.map(({ hybrid }) => hybrid)),
    };
  });
}

/** The share of the names whose page is the first answer. */
async function measureNames(): Promise<Figure> {
  const names = readFileSync(join(judgedFolder, 'names.tsv'), 'utf8')
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
    plain: await share(byBestChunk((query, limit) => plain.search(query, limit))),
    keyword: await share(index.find('keyword')),
  };
}

/** @returns a sentence for each figure that fell below the kept one, or of which none is kept */
export function listFallen(figures: readonly Figure[], kept: Kept): string[] {
  return modes.flatMap((mode) =>
    figures.flatMap(({ of, [mode]: now }) => {
      const { [of]: least } = kept[mode];
      if (now === undefined || (least !== undefined && now >= least - tolerance)) return [];
      return [`${mode}, ${of}: ${now.toFixed(4)}, kept is ${least ?? 'none'}`];
    }),
  );
}

/** @returns what is to be kept: of each figure the higher one, with four digits */
export function raise(figures: readonly Figure[], kept: Kept): Kept {
  const ofMode = (mode: GateMode): Record<string, number> =>
    Object.fromEntries(
      figures.flatMap(({ of, [mode]: now }) =>
        now === undefined
          ? []
          : [[of, Math.max(kept[mode][of] ?? 0, Number(now.toFixed(4)))] as const],
      ),
    );
  return { keyword: ofMode('keyword'), hybrid: ofMode('hybrid') };
}

export function formatGate(figures: readonly Figure[], kept: Kept): string {
  return formatTable(
    figures.map(({ of, queries, plain, keyword, hybrid }) => ({
      of,
      queries,
      'plain FTS5': plain.toFixed(4),
      keyword: keyword.toFixed(4),
      kept: kept.keyword[of]?.toFixed(4),
      hybrid: hybrid?.toFixed(4),
      'kept of hybrid': kept.hybrid[of]?.toFixed(4),
    })),
  );
}
