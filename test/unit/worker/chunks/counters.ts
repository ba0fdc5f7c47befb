import { readdirSync, readFileSync } from 'node:fs';

import type { TokenCounter } from '../../../../worker/chunks/counter.ts';

/** Counts a token for every six letters and for each mark, so that the counts of words add up. */
const simple = (text: string): number =>
  text.match(/[\p{L}\p{N}_]{1,6}|[^\s\p{L}\p{N}_]/gu)?.length ?? 0;

export const additive: TokenCounter = {
  ofUnit: simple,
  ofText: simple,
  additive: true,
  longestUnit: 256,
};

/**
 * Counts one more token for every fifth word of a text, so that the counts of words do not add up,
 * like a tokenizer that does not split at blanks.
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
