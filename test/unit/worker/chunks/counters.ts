import { readdirSync, readFileSync } from 'node:fs';

import type { TokenCounter } from '../../../../worker/chunks/counter.ts';

/** A token for six letters and for each mark: what a text has, its words have together. */
const simple = (text: string): number =>
  text.match(/[\p{L}\p{N}_]{1,6}|[^\s\p{L}\p{N}_]/gu)?.length ?? 0;

export const additive: TokenCounter = {
  ofUnit: simple,
  ofText: simple,
  additive: true,
  longestUnit: 256,
};

/**
 * One more for every fifth word of a text, which no word has by itself: as of a tokenizer that does
 * not split at blanks.
 */
export const joining: TokenCounter = {
  ...additive,
  additive: false,
  ofText: (text) => simple(text) + Math.floor((text.match(/\S+/g)?.length ?? 0) / 5),
};

const samples = new URL('../../../../samples/', import.meta.url);
export const samplePages: readonly (readonly [name: string, text: string])[] = readdirSync(samples)
  .filter((name) => name.endsWith('.md'))
  .map((name) => [name, readFileSync(new URL(name, samples), 'utf8')]);
