import { expect, test } from 'vitest';

import { sortCollections } from '../../../../cli/uninstall/collections.ts';

test('only collections of the very stack and model are its own: names of others begin alike', () => {
  const stack = { stack: 'dev', collection: 'pulse-dev-qwen3-1024' };
  const own = ['pulse-dev-qwen3-1024-v1', 'pulse-dev-qwen3-1024-v12'];
  const alike = ['pulse-dev-2-qwen3-1024-v1', 'pulse-dev-old-model-768-v1', 'pulse-dev-qwen3-1024'];
  const others = ['pulse-qwen3-1024-v1', 'pulse-develop-qwen3-1024-v1', 'pulse_docs'];
  expect(sortCollections(stack, [...others, ...alike, ...own])).toEqual({ own, alike });
});
