import { describe, expect, test } from 'vitest';

import { selectQueryInstruction } from '../../../shared/model-instructions.ts';

describe('the text before a query', () => {
  test.each(['Qwen/Qwen3-Embedding-0.6B', 'Qwen/Qwen3-Embedding-8B', 'qwen3-embedding-4b'])(
    'comes from the model card for %s',
    (model) => {
      expect(selectQueryInstruction(model, 'auto', '')).toBe(
        'Instruct: Given a web search query, retrieve relevant passages that answer the query\nQuery:',
      );
    },
  );

  test.each(['sentence-transformers/all-MiniLM-L6-v2', 'Qwen/Qwen3-Reranker-0.6B'])(
    'is empty for %s',
    (model) => {
      expect(selectQueryInstruction(model, 'auto', '')).toBe('');
    },
  );

  test('is the configured one for any model', () => {
    expect(selectQueryInstruction('intfloat/e5-base', 'query: ', '')).toBe('query: ');
    expect(
      selectQueryInstruction('Qwen/Qwen3-Embedding-0.6B', 'Instruct: find code\\nQuery:', ''),
    ).toBe('Instruct: find code\nQuery:');
    expect(selectQueryInstruction('Qwen/Qwen3-Embedding-0.6B', 'none', '')).toBe('');
  });
});
