/** Times of keyword searches over as many chunks as wanted, of words as natural texts have them. */
import { mkdtemp, rm, stat, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Keywords } from '../../worker/keywords/keywords.ts';
import type { KeywordPage } from '../../worker/keywords/words-schema.ts';
import { median } from '../median.ts';
import type { Report, Row } from '../row.ts';
import { percentile } from './measures.ts';
import { ZipfText } from './zipf-text.ts';

/** As long as a chunk of 254 tokens. */
const wordsAChunk = 170;
const chunksAPage = 5;
const pagesAtOnce = 200;
const queries = 500;
/** As many as a search with ten answers asks for. */
const limit = 50;

/** @param chunks rounded up to whole pages */
export async function measureSynthetic(chunks: number, report: Report): Promise<Row[]> {
  const folder = await mkdtemp(join(tmpdir(), 'pulse-bench-synthetic-'));
  const keywords = new Keywords(folder);
  try {
    const pages = Math.ceil(chunks / chunksAPage);
    const text = new ZipfText();
    for (let number = 0; number < pages; number += pagesAtOnce) {
      const count = Math.min(pagesAtOnce, pages - number);
      await keywords.replace(
        Array.from({ length: count }, (_, index) => keywordPage(text, number + index)),
      );
      if (number % 20_000 === 0) report(`${number * chunksAPage} chunks in the keyword index`);
    }
    const times = await timeSearches(keywords, text, pages);
    const total = (pages * chunksAPage).toLocaleString('en');
    const size = (await sizeOf(folder)) / (pages * chunksAPage);
    const ms = (value: number): string => `${value.toFixed(1)} ms`;
    return [
      {
        measured: `keyword search at ${total} chunks, median`,
        is: ms(median(times)),
        wanted: '10 ms or less',
      },
      {
        measured: `keyword search at ${total} chunks, 95 of 100`,
        is: ms(percentile(times, 0.95)),
        wanted: '40 ms or less',
      },
      {
        measured: `keyword search at ${total} chunks, longest of ${queries}`,
        is: ms(Math.max(...times)),
        wanted: '',
      },
      {
        measured: 'size of the index, a chunk',
        is: `${Math.round(size).toLocaleString('en')} bytes`,
        wanted: '',
      },
    ];
  } finally {
    await keywords.close();
    await rm(folder, { recursive: true });
  }
}

/** Neighbouring words of one chunk: two to eight, as people type and as they paste. */
async function timeSearches(keywords: Keywords, text: ZipfText, pages: number): Promise<number[]> {
  const times: number[] = [];
  for (let query = 0; query < queries; query += 1) {
    const chunk = (query * 7_919) % (pages * chunksAPage);
    const start = (query * 31) % (wordsAChunk - 8);
    const words = text.words(chunk, wordsAChunk).slice(start, start + 2 + (query % 7));
    const began = performance.now();
    await keywords.search(words.join(' '), {}, limit);
    times.push(performance.now() - began);
  }
  return times;
}

function keywordPage(text: ZipfText, number: number): KeywordPage {
  const title = text.words(-1 - number, 4).join(' ');
  return {
    id: crypto.randomUUID(),
    version: number + 1,
    url: `https://bench.example/${number}`,
    title,
    domain: 'bench.example',
    language: 'en',
    country: null,
    isMobile: null,
    chunks: Array.from({ length: chunksAPage }, (_, index) => ({
      index,
      text: text.words(number * chunksAPage + index, wordsAChunk).join(' '),
      headings: [title],
    })),
  };
}

async function sizeOf(folder: string): Promise<number> {
  const sizes = await Promise.all(
    (await readdir(folder)).map(async (name) => (await stat(join(folder, name))).size),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}
