import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * A model whose tokenizer takes every word and every mark for one token: small, quick, and no file
 * has to be fetched.
 */
export const wordModel = 'pulse-test/words';
/** Tokens an input of it may have, [CLS] and [SEP] counted. */
export const wordModelLimit = 512;

const special = (id: number, content: string) => ({
  id,
  content,
  single_word: false,
  lstrip: false,
  rstrip: false,
  normalized: false,
  special: true,
});
const tokenizer = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: [special(1, '[UNK]'), special(2, '[CLS]'), special(3, '[SEP]')],
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: { type: 'BertProcessing', sep: ['[SEP]', 3], cls: ['[CLS]', 2] },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: { '[PAD]': 0, '[UNK]': 1, '[CLS]': 2, '[SEP]': 3 },
  },
};

/** Writes the tokenizer into a cache folder as the hub's own client would. */
export async function cacheWordTokenizer(hfHome: string): Promise<void> {
  const repository = join(hfHome, 'hub', `models--${wordModel.replace('/', '--')}`);
  const snapshot = join(repository, 'snapshots', '0123456789abcdef0123456789abcdef01234567');
  await mkdir(snapshot, { recursive: true });
  await mkdir(join(repository, 'refs'), { recursive: true });
  await writeFile(join(repository, 'refs/main'), '0123456789abcdef0123456789abcdef01234567');
  await writeFile(join(snapshot, 'tokenizer.json'), JSON.stringify(tokenizer));
  await writeFile(
    join(snapshot, 'tokenizer_config.json'),
    JSON.stringify({ tokenizer_class: 'BertTokenizer', model_max_length: wordModelLimit }),
  );
}
