import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Keywords } from '../../worker/keywords/keywords.ts';
import type { KeywordPage } from '../../worker/keywords/words-schema.ts';
import { median } from '../median.ts';
import { page } from './pages.ts';

const pages = 8_334;
const chunksAPage = 6;
const queries = 300;
const limit = 50;

/**
 * Time of one keyword search inside the process, over an index of 50,000 chunks; queries are of two
 * to five words as the pages have them.
 */
export async function keywordSearch(
  report: (line: string) => void,
): Promise<{ chunks: number; medianMs: number; p95Ms: number }> {
  const folder = await mkdtemp(join(tmpdir(), 'pulse-bench-keywords-'));
  const keywords = new Keywords(folder);
  try {
    for (let number = 0; number < pages; number += 1) {
      await keywords.replace([keywordPage(number)]);
      if (number % 1_000 === 0) report(`${number * chunksAPage} chunks in the keyword index`);
    }
    // As workers do in the first pause.
    while (await keywords.merge());
    const times: number[] = [];
    for (let query = 0; query < queries; query += 1) {
      const words = page(query * 7)
        .markdown.split(/\s+/)
        .slice(40, 42 + (query % 4))
        .join(' ');
      const began = performance.now();
      await keywords.search(words, {}, limit);
      times.push(performance.now() - began);
    }
    return {
      chunks: pages * chunksAPage,
      medianMs: median(times),
      p95Ms: times.toSorted((one, other) => one - other)[Math.floor(queries * 0.95)] as number,
    };
  } finally {
    await keywords.close();
    await rm(folder, { recursive: true });
  }
}

function keywordPage(number: number): KeywordPage {
  const { url, title, markdown, language } = page(number);
  const size = Math.ceil(markdown.length / chunksAPage);
  const chunks = Array.from({ length: chunksAPage }, (_, index) => ({
    index,
    text: markdown.slice(index * size, (index + 1) * size),
    headings: [title],
  }));
  return {
    id: crypto.randomUUID(),
    version: number + 1,
    url,
    title,
    domain: 'bench.example',
    language,
    country: null,
    isMobile: null,
    chunks,
  };
}
