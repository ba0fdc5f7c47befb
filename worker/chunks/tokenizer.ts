import { Tokenizer } from '@huggingface/tokenizers';

import type { TokenCounter } from './counter.ts';
import { memoizeCounts } from './counter.ts';
import type { TokenizerFiles } from './tokenizer-files.ts';

export interface ModelTokenizer extends TokenCounter {
  /** Tokens that the model adds around an input. */
  readonly special: number;
  /**
   * Longest input that the model's own files name, special tokens counted; undefined when they name
   * none.
   */
  readonly inputLimit: number | undefined;
}

/** No word of prose is longer; a BPE's time grows with the square of it. */
const longestUnit = 256;

/** Scripts, blanks of all kinds, code, marks and a surrogate pair, to see what the units come to. */
const probe =
  'Don\'t stop: naïve café, 3.14 % of x_y-z!\n\n  indent\t(tab)  two\n- item, "quoted".\n\n```ts\nif (a !== b) { return `c`; }\n```\n| a | b |\n| --- | --- |\nПривет мир. 日本語の文。 한국어 ไทย 👩‍👧 https://x.example/a?b=c#d\n# H';

/** @throws Error when the files are none of a tokenizer that the library knows */
export function createTokenizer(files: TokenizerFiles): ModelTokenizer {
  const description = files['tokenizer.json'] as Description;
  // Some models' files cut and pad to their training length: counting wants the text as it is.
  const tokenizer = new Tokenizer(
    { ...description, truncation: null, padding: null },
    { ...files['tokenizer_config.json'] },
  );
  const count = (text: string, special = false): number =>
    tokenizer.encode(text, { add_special_tokens: special }).ids.length;
  const whole = count(probe);
  if (whole === 0) throw new Error('tokenizer.json finds no token in a text');
  const additive =
    splitsAtBlanks(description) &&
    probe.match(/[^\S\n]*\S+(?:[^\S\n]*\n)*/g)?.reduce((sum, unit) => sum + count(unit), 0) ===
      whole;
  forgetSources(description);
  return {
    ofUnit: memoizeCounts(count),
    ofText: count,
    additive,
    longestUnit,
    special: count('a', true) - count('a'),
    inputLimit: inputLimit(files),
  };
}

interface Description {
  readonly [key: string]: unknown;
  readonly added_tokens?: readonly { readonly content: string }[];
  readonly model?: { type?: string; vocab?: unknown; merges?: unknown[] };
  readonly normalizer?: { readonly type?: string } | null;
  readonly pre_tokenizer?: PreTokenizer | null;
}
interface PreTokenizer {
  readonly type?: string;
  readonly pretokenizers?: readonly PreTokenizer[];
  readonly pattern?: { readonly Regex?: string };
  readonly use_regex?: boolean;
  readonly add_prefix_space?: boolean;
}

/**
 * The end that the patterns of GPT-4, Llama 3 and Qwen share: line ends close a token, and blanks
 * but the last before a word are one of their own.
 */
const endOfPattern = String.raw`|\s*[\r\n]+|\s+(?!\S)|\s+`;

/**
 * Whether no token spans two units (see `Units`): proven for these two kinds of tokenizer. Others
 * may join across blanks, and have their texts counted whole.
 */
function splitsAtBlanks({
  model,
  normalizer,
  pre_tokenizer: first,
  added_tokens: added = [],
}: Description): boolean {
  if (added.some(({ content }) => /\s/.test(content))) return false;
  if (model?.type === 'WordPiece')
    return (
      first?.type === 'BertPreTokenizer' &&
      (normalizer == null || normalizer.type === 'BertNormalizer')
    );
  const [split, bytes, ...more] = first?.pretokenizers ?? [];
  return (
    model?.type === 'BPE' &&
    (normalizer == null || normalizer.type === 'NFC') &&
    more.length === 0 &&
    split?.type === 'Split' &&
    split.pattern?.Regex?.endsWith(endOfPattern) === true &&
    bytes?.type === 'ByteLevel' &&
    bytes.use_regex === false &&
    bytes.add_prefix_space !== true
  );
}

/**
 * The library has made its own tables of these, and keeps them alive: half of a large tokenizer's
 * memory.
 */
function forgetSources({ model }: Description): void {
  if (model === undefined) return;
  delete model.vocab;
  if (Array.isArray(model.merges)) model.merges.length = 0;
}

/** sentence-transformers' own limit is the narrowest; then what the position embeddings allow. */
function inputLimit(files: TokenizerFiles): number | undefined {
  const limits = [
    files['sentence_bert_config.json']?.['max_seq_length'],
    files['config.json']?.['max_position_embeddings'],
    files['tokenizer_config.json']?.['model_max_length'],
  ];
  return limits.find((limit): limit is number => typeof limit === 'number' && limit < 1e6);
}
