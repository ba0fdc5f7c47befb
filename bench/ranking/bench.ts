/** `npm run bench ranking -- --set <folder>`: how well a search ranks, by a judged set. */
import { resolve } from 'node:path';

import { formatTable } from '../../shared/table.ts';
import type { Mode } from '../../worker/search/search.ts';
import { describeMachine } from '../row.ts';
import type { Report } from '../row.ts';
import { openBenchStack } from '../worker/stack.ts';
import { findBy } from './find.ts';
import { indexPages, readChunks } from './indexed-set.ts';
import { readJudgedSet } from './judged-set.ts';
import type { JudgedSet } from './judged-set.ts';
import { byBestChunk, measure } from './measure.ts';
import type { Find, Measured } from './measure.ts';
import { PlainIndex } from './plain.ts';

/** One way of searching, over chunks of one size. */
export interface Ranking extends Measured {
  /** `plain`: SQLite's FTS5 as it comes, over the same chunks. */
  readonly search: Mode | 'plain';
  /** The most tokens of a chunk, by the setting. */
  readonly chunkTokens: number;
  readonly chunks: number;
}

/** What the embedded default takes, without its special tokens. */
const modelTokens = 254;
const defaultTokens = 512;

const modes = ['keyword', 'semantic', 'hybrid'] as const;

/**
 * @param folder relative to where npm was called
 * @param mode that one alone; by keyword no vector is made, which takes most of the time
 */
export async function measureSet(
  folder: string,
  mode: Mode | undefined,
  report: Report,
): Promise<SetReport> {
  const wanted = modes.filter((one) => mode === undefined || one === mode);
  const set = await readJudgedSet(resolve(process.env['INIT_CWD'] ?? '', folder));
  for (const note of set.notes) report(note);
  report(`${set.pages.length} documents, ${set.queries.length} queries`);
  return {
    documents: set.pages.length,
    queries: set.queries.length,
    notes: set.notes,
    rows: [
      ...(await measureAt(modelTokens, wanted, set, report)),
      ...(wanted.includes('keyword')
        ? await measureAt(defaultTokens, ['keyword'], set, report)
        : []),
    ],
  };
}

export interface SetReport {
  readonly documents: number;
  readonly queries: number;
  /** What was left out. */
  readonly notes: readonly string[];
  readonly rows: readonly Ranking[];
}

async function measureAt(
  chunkTokens: number,
  wanted: readonly Mode[],
  { pages, queries }: JudgedSet,
  report: Report,
): Promise<Ranking[]> {
  const vectors = wanted.some((mode) => mode !== 'keyword') ? 'model' : 'instant';
  await using stack = await openBenchStack({ vectors, maxChunkTokens: chunkTokens });
  await indexPages(stack, pages, report);
  const chunks = await readChunks(stack.services);
  using plain = new PlainIndex(chunks);
  const ways: [Ranking['search'], Find][] = [
    ['plain', byBestChunk((query, limit) => plain.search(query, limit))],
    ...wanted.map((mode): [Mode, Find] => [mode, findBy(stack.services, mode)]),
  ];
  const rows: Ranking[] = [];
  for (const [name, find] of ways) {
    const measured = await measure(queries, find);
    report(`${name}, ${chunkTokens} tokens: nDCG@10 ${measured.ndcgAt10.toFixed(3)}`);
    rows.push({ search: name, chunkTokens, chunks: chunks.length, ...measured });
  }
  return rows;
}

export function formatSet({ documents, queries, notes, rows }: SetReport, json: boolean): string {
  if (json)
    return JSON.stringify({
      machine: describeMachine(),
      at: new Date().toISOString(),
      documents,
      queries,
      notes,
      rows,
    });
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  const table = rows.map((row) => ({
    search: row.search,
    'chunks of': `${row.chunkTokens} tokens`,
    chunks: row.chunks,
    'nDCG@10': row.ndcgAt10.toFixed(3),
    'recall@100': row.recallAt100.toFixed(3),
    median: ms(row.medianMs),
    '95 of 100': ms(row.p95Ms),
  }));
  return [
    describeMachine(),
    `${documents} documents, ${queries} queries`,
    ...notes,
    '',
    formatTable(table),
  ].join('\n');
}
