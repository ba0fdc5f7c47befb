import { describe, expect, test } from 'vitest';

import { parseSettings } from '../../../settings/parse.ts';
import {
  describeUnknownInstruction,
  selectDocumentInstruction,
  selectQueryInstruction,
} from '../../../shared/model-instructions.ts';

describe('the text before documents and queries', () => {
  test.each([
    ['intfloat/e5-base-v2', 'passage: ', 'query: '],
    ['intfloat/multilingual-e5-large', 'passage: ', 'query: '],
    ['dragonkue/multilingual-e5-small-ko', 'passage: ', 'query: '],
    ['e5-small', 'passage: ', 'query: '],
    ['nomic-ai/nomic-embed-text-v1.5', 'search_document: ', 'search_query: '],
    ['nomic-ai/nomic-embed-text-v2-moe', 'search_document: ', 'search_query: '],
    ['nomic-ai/modernbert-embed-base', 'search_document: ', 'search_query: '],
    ['google/embeddinggemma-300m', 'title: none | text: ', 'task: search result | query: '],
    ['embeddinggemma', 'title: none | text: ', 'task: search result | query: '],
    [
      'onnx-community/embeddinggemma-300m-ONNX',
      'title: none | text: ',
      'task: search result | query: ',
    ],
    ['./embedding-gemma-300m', 'title: none | text: ', 'task: search result | query: '],
    ['cl-nagoya/ruri-v3-310m', '検索文書: ', '検索クエリ: '],
    ['/data/models--cl-nagoya--ruri-v3-310m', '検索文書: ', '検索クエリ: '],
    ['models--intfloat--e5-base-v2', 'passage: ', 'query: '],
    ['mixedbread-ai/deepset-mxbai-embed-de-large-v1', 'passage: ', 'query: '],
  ])(
    'of %s is %j and %j, the latter only where the documents have theirs',
    (model, document, query) => {
      expect(selectDocumentInstruction(model, 'auto')).toBe(document);
      expect(selectQueryInstruction(model, 'auto', document)).toBe(query);
      expect(selectQueryInstruction(model, 'auto', '')).toBe('');
      expect(describeUnknownInstruction(model, 'auto')).toBeUndefined();
    },
  );

  test.each([
    'Qwen/Qwen3-Embedding-0.6B',
    'models--Qwen--Qwen3-Embedding-0.6B',
    'sentence-transformers/all-MiniLM-L6-v2',
    'sentence-transformers/all-mpnet-base-v2',
    'BAAI/bge-m3',
    'BAAI/bge-large-en-v1.5',
    'thenlper/gte-base',
    'intfloat/multilingual-e5-large-instruct',
    'intfloat/e5-mistral-7b-instruct',
    'nomic-ai/nomic-embed-code',
    'mixedbread-ai/mxbai-embed-large-v1',
    'Snowflake/snowflake-arctic-embed-l-v2.0',
    'jinaai/jina-embeddings-v2-base-de',
    'NovaSearch/stella_en_400M_v5',
    'avsolatorio/GIST-small-Embedding-v0',
    'sentence-transformers/all-roberta-large-v1',
    'sentence-transformers/msmarco-distilbert-base-v4',
  ])('of documents is known to be none for %s', (model) => {
    expect(selectDocumentInstruction(model, 'auto')).toBe('');
    expect(describeUnknownInstruction(model, 'auto')).toBeUndefined();
  });

  test.each([
    'tencent/KaLM-Embedding-Gemma3-12B-2511',
    'me/embedding-gemma-3-12b',
    'someone/some-model',
    'acme/base5-embed',
    'acme/e5',
    'hkunlp/instructor-large',
  ])('is not known for %s, which is said until the setting says it', (model) => {
    expect(selectDocumentInstruction(model, 'auto')).toBe('');
    expect(describeUnknownInstruction(model, 'auto')).toMatch(
      new RegExp(`${model}.*set pulse:documentInstruction`),
    );
    for (const configured of ['none', 'passage: '])
      expect(describeUnknownInstruction(model, configured)).toBeUndefined();
  });

  test('is the configured one for any model, with its blanks and line ends', () => {
    expect(selectDocumentInstruction('org/model', 'Document:\\n')).toBe('Document:\n');
    expect(selectDocumentInstruction('intfloat/e5-base', 'none')).toBe('');
    expect(selectQueryInstruction('intfloat/e5-base', 'none', 'passage: ')).toBe('');
    expect(selectQueryInstruction('intfloat/e5-base', 'find: ', '')).toBe('find: ');
  });
});

test('the name of a collection has the text before documents only where it is set', () => {
  const nameOf = (embeddingModel: string, more: Record<string, string> = {}): string =>
    parseSettings('dev', { gpuHost: 'embedded', embeddingModel, ...more }).collection;
  expect(nameOf('Qwen/Qwen3-Embedding-0.6B')).toBe('pulse-dev-qwen3-embedding-0-6b-1024');
  expect(nameOf('sentence-transformers/all-MiniLM-L6-v2', { vectorDim: '384' })).toBe(
    'pulse-dev-all-minilm-l6-v2-384',
  );
  const plain = nameOf('intfloat/e5-base-v2');
  expect(plain).toBe('pulse-dev-e5-base-v2-1024');
  for (const documentInstruction of ['auto', 'none'])
    expect(nameOf('intfloat/e5-base-v2', { documentInstruction })).toBe(plain);
  const names = ['passage: ', 'passage:', 'text: '].map((documentInstruction) =>
    nameOf('intfloat/e5-base-v2', { documentInstruction }),
  );
  expect(new Set([plain, ...names]).size).toBe(4);
  for (const name of names) expect(name).toMatch(/^pulse-dev-e5-base-v2-1024-[0-9a-f]{8}$/);
});
