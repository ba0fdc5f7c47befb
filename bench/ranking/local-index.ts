/** A search without a stack: real chunks, the real keyword index, and vectors that are stored. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { pino } from 'pino';

import { fillCache, fixture } from '../../test/unit/worker/chunks/tokenizers.ts';
import { Chunker } from '../../worker/chunks/chunker.ts';
import { parseDocument } from '../../worker/documents/document.ts';
import { buildKeywordPage } from '../../worker/keywords/keyword-page.ts';
import { Keywords } from '../../worker/keywords/keywords.ts';
import type { Mode, SearchDependencies } from '../../worker/search/search.ts';
import { findBy } from './find.ts';
import type { Find } from './measure.ts';
import type { PlainChunk } from './plain.ts';
import { cosine } from './stored-vectors.ts';
import type { StoredVectors } from './stored-vectors.ts';

/** As a stack with the embedded default cuts its chunks. */
const model = 'sentence-transformers/all-MiniLM-L6-v2';
const maxChunkTokens = 254;
const chunkOverlapTokens = 50;
/** Nothing is asked of it: the tokenizer is a fixture, and no vector is made. */
const noTei = { inputLimit: async () => maxChunkTokens + 2, countTokens: async () => [] };

export interface LocalIndex extends AsyncDisposable {
  readonly chunks: readonly PlainChunk[];
  /** Searches as the API does. */
  find(mode: Mode): Find;
}

/**
 * @param values pages as `./pulse index` takes them
 * @param stored of every chunk and query; without, a search is by keyword alone
 */
export async function openLocalIndex(
  values: readonly unknown[],
  stored?: StoredVectors,
): Promise<LocalIndex> {
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
  const chunks = contents.flatMap(({ page: { url, title }, chunks: cut }) =>
    cut.map(({ index, headings, text }) => ({ url, title, index, headings, text })),
  );
  const dependencies = {
    keywords,
    log,
    ...(stored !== undefined && searchStored(chunks, stored)),
  } as SearchDependencies;
  return {
    chunks,
    find: (mode) => findBy(dependencies, mode),
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}

/** What a search needs of Qdrant and of a model, by comparing with every vector. */
function searchStored(
  chunks: readonly (PlainChunk & { readonly index: number })[],
  stored: StoredVectors,
): object {
  const points = chunks.map((chunk) => ({ chunk, vector: stored.of(chunk.text) }));
  const vectors: Pick<SearchDependencies['vectors'], 'search'> = {
    search: async (vector, limit, _scope, urls) =>
      points
        .filter(({ chunk }) => urls === undefined || urls.includes(chunk.url))
        .map(({ chunk: { url, title, text, index }, vector: other }) => ({
          url,
          title,
          passage: text,
          chunk: index,
          score: cosine(vector, other),
        }))
        .sort((one, other) => other.score - one.score)
        .slice(0, limit),
  };
  const embedder: Pick<SearchDependencies['embedder'], 'embedQuery'> = {
    embedQuery: async (text) => stored.of(text),
  };
  const qdrant = { run: <T>(ask: () => Promise<T>) => ask() };
  return { vectors, embedder, circuits: { qdrant } };
}
