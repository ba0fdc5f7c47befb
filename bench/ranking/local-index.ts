/** The keyword leg without a stack: the real chunks and the real index, in a folder of its own. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { pino } from 'pino';

import { fillCache, fixture } from '../../test/unit/worker/chunks/tokenizers.ts';
import { Chunker } from '../../worker/chunks/chunker.ts';
import { parseDocument } from '../../worker/documents/document.ts';
import { buildKeywordPage } from '../../worker/keywords/keyword-page.ts';
import { Keywords } from '../../worker/keywords/keywords.ts';
import { search } from '../../worker/search/search.ts';
import type { SearchDependencies } from '../../worker/search/search.ts';
import type { Find } from './measure.ts';
import type { PlainChunk } from './plain.ts';

/** As a stack with the embedded default cuts its chunks. */
const model = 'sentence-transformers/all-MiniLM-L6-v2';
const maxChunkTokens = 254;
const chunkOverlapTokens = 50;
/** Nothing is asked of it: the tokenizer is a fixture, and no vector is made. */
const noTei = { inputLimit: async () => maxChunkTokens + 2, countTokens: async () => [] };

export interface LocalIndex extends AsyncDisposable {
  readonly chunks: readonly PlainChunk[];
  /** Searches by keyword, as the API does. */
  readonly find: Find;
}

/** @param values pages as `./pulse index` takes them */
export async function openLocalIndex(values: readonly unknown[]): Promise<LocalIndex> {
  const opened = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'pulse-ranking-'));
  opened.defer(() => rm(folder, { recursive: true }));
  fillCache(folder, model, { 'tokenizer.json': JSON.stringify(fixture('minilm').tokenizer) });
  const files = { hfHome: folder, hfEndpoint: 'http://127.0.0.1:1', embeddingModel: model };
  const log = pino({ level: 'silent' });
  const chunker = new Chunker({ ...files, maxChunkTokens, chunkOverlapTokens }, noTei, log);
  opened.defer(() => chunker.close());
  const keywords = new Keywords(join(folder, 'bm25'));
  opened.defer(() => keywords.close());
  const contents = await Promise.all(
    values.map(async (value, index) => {
      const page = parseDocument(value);
      const chunks = await chunker.chunk(page.text);
      return { documentId: `document-${index}`, versionId: index + 1, page, chunks };
    }),
  );
  await keywords.replace(contents.map(buildKeywordPage));
  // A search by keyword uses nothing else.
  const dependencies = { keywords, log } as unknown as SearchDependencies;
  return {
    chunks: contents.flatMap(({ page: { url, title }, chunks }) =>
      chunks.map(({ headings, text }) => ({ url, title, headings, text })),
    ),
    find: async (query, limit) => {
      const { results } = await search(dependencies, query, 'keyword', limit);
      return results.map(({ url }) => url);
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
