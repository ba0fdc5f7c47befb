import { Tokenizer } from '@huggingface/tokenizers';

import type { TokenCounter } from './counter.ts';
import { memoizeCounts } from './counter.ts';
import type { TokenizerFiles } from './tokenizer-files.ts';

export interface ModelTokenizer extends TokenCounter {
  /** Number of special tokens that the model adds to an input. */
  readonly special: number;
  /**
   * The most tokens of an input by the model's own files, including special tokens; undefined when
   * the files do not say it.
   */
  readonly inputLimit: number | undefined;
}

/** In characters. Longer than any word of prose; the time of BPE grows with the square of it. */
const longestUnit = 256;

/** Many scripts, all kinds of blanks, code, marks and a surrogate pair, to test `additive`. */
const probe = [
  "Don't stop: naïve café, 3.14 % of x_y-z!",
  '',
  '  indent\t(tab)  two',
  '- item, "quoted".',
  '',
  '```ts',
  'if (a !== b) { return `c`; }',
  '```',
  '| a | b |',
  '| --- | --- |',
  'Привет мир. 日本語の文。 한국어 ไทย 👩‍👧 https://x.example/a?b=c#d',
  '# H',
].join('\n');

/**
 * Creates the counter of a model from its files.
 *
 * @throws Error when the library does not know such a tokenizer
 */
export function createTokenizer(files: TokenizerFiles): ModelTokenizer {
  const description = files['tokenizer.json'] as Description;
  // Some models' files truncate and pad to the training length, which would falsify the counts.
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
  freeSources(description);
  return {
    ofUnit: memoizeCounts(count),
    ofText: count,
    additive,
    longestUnit,
    special: count('a', true) - count('a'),
    inputLimit: findInputLimit(files),
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
 * The common end of the patterns of GPT-4, Llama 3 and Qwen. With it a line end closes a token, and
 * all blanks before a word but the last are a token of their own.
 */
const endOfPattern = String.raw`|\s*[\r\n]+|\s+(?!\S)|\s+`;

/**
 * Whether no token spans two units (see `Units`). That is proven for these two kinds of tokenizer.
 * Others may have tokens across blanks, so their texts are counted as a whole.
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
 * Frees the vocabulary and the merges of the file, half of a large tokenizer's memory: the library
 * has built its own tables from them but keeps a reference.
 */
function freeSources({ model }: Description): void {
  if (model === undefined) return;
  delete model.vocab;
  if (Array.isArray(model.merges)) model.merges.length = 0;
}

/** The limit of sentence-transformers is the lowest; then that of the position embeddings. */
function findInputLimit(files: TokenizerFiles): number | undefined {
  const limits = [
    files['sentence_bert_config.json']?.['max_seq_length'],
    countPositions(files['config.json'] ?? {}),
    files['tokenizer_config.json']?.['model_max_length'],
  ];
  return limits.find((limit): limit is number => typeof limit === 'number' && limit < 1e6);
}

/**
 * Models of these kinds count positions from the one after the padding's: 512 of 514 are for
 * tokens.
 */
const countsAfterPadding: ReadonlySet<unknown> = new Set([
  'camembert',
  'mpnet',
  'roberta',
  'xlm-roberta',
  'xlm-roberta-xl',
]);

function countPositions(config: Readonly<Record<string, unknown>>): unknown {
  const { model_type: kind, max_position_embeddings: positions, pad_token_id: padding } = config;
  if (typeof positions !== 'number' || !countsAfterPadding.has(kind)) return positions;
  return positions - (typeof padding === 'number' ? padding : 1) - 1;
}
