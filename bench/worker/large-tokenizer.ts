import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Entries of Qwen3's vocabulary; the rest of its tokenizer.json is as its makers publish it. */
const vocabularySize = 151_643;
const longestToken = 14;

export const largeModel = 'pulse-bench/byte-level-bpe';

/**
 * Writes a byte-level BPE of Qwen3's size and form into a Hugging Face cache: the memory it takes
 * does not depend on which words it knows.
 */
export async function cacheLargeTokenizer(hfHome: string): Promise<void> {
  const folder = join(
    hfHome,
    'hub',
    `models--${largeModel.replace('/', '--')}`,
    'snapshots',
    'main',
  );
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer()));
  await writeFile(
    join(folder, 'tokenizer_config.json'),
    JSON.stringify({ tokenizer_class: 'Qwen2Tokenizer', model_max_length: 131_072 }),
  );
}

/** How Qwen3's tokenizer cuts a text before it looks for tokens. */
const words = [
  /(?i:'s|'t|'re|'ve|'m|'ll|'d)/u, // English contractions
  /[^\r\n\p{L}\p{N}]?\p{L}+/u, // letters, with one mark before them
  /\p{N}/u, // a digit
  / ?[^\s\p{L}\p{N}]+[\r\n]*/u, // marks, to the end of their line
  /\s*[\r\n]+/u,
  /\s+(?!\S)/u,
  /\s+/u,
]
  .map(({ source }) => source)
  .join('|');

function tokenizer(): object {
  const { vocab, merges } = pairs();
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: { type: 'NFC' },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        { type: 'Split', pattern: { Regex: words }, behavior: 'Isolated', invert: false },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
      ],
    },
    post_processor: {
      type: 'ByteLevel',
      add_prefix_space: false,
      trim_offsets: false,
      use_regex: false,
    },
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: false, use_regex: false },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      byte_fallback: false,
      vocab,
      merges,
    },
  };
}

/** Every byte, then pairs of earlier tokens, the same on every machine. */
function pairs(): { vocab: Record<string, number>; merges: string[] } {
  const tokens = bytes();
  const known = new Set(tokens);
  const merges: string[] = [];
  for (let step = 1; tokens.length < vocabularySize; step += 1) {
    const left = tokens[(step * 7919) % tokens.length] as string;
    const right = tokens[(step * 104_729) % Math.min(tokens.length, 4_096)] as string;
    if (left.length + right.length > longestToken || known.has(left + right)) continue;
    known.add(left + right);
    tokens.push(left + right);
    merges.push(`${left} ${right}`);
  }
  return { vocab: Object.fromEntries(tokens.map((token, id) => [token, id])), merges };
}

/** GPT-2's printable stand-ins for the 256 bytes. */
function bytes(): string[] {
  const printable = (byte: number): boolean =>
    (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) =>
    String.fromCodePoint(printable(byte) ? byte : next++),
  );
}
