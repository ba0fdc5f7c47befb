import { Tokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { splitText } from '../../../../worker/chunks/split.ts';
import { createTokenizer } from '../../../../worker/chunks/tokenizer.ts';
import type { ModelTokenizer } from '../../../../worker/chunks/tokenizer.ts';
import { Units } from '../../../../worker/chunks/units.ts';
import { clean } from '../../../../worker/documents/clean.ts';
import { samplePages } from './counters.ts';
import { fixture } from './tokenizers.ts';

const opened = (name: 'minilm' | 'qwen' | 'unigram'): ModelTokenizer =>
  createTokenizer({ 'tokenizer.json': fixture(name).tokenizer });

describe.each(['minilm', 'qwen', 'unigram'] as const)('the tokenizer %s', (name) => {
  const { tokenizer: description, special, golden } = fixture(name);
  const tokenizer = opened(name);

  test('gives the same ids as the reference library', () => {
    const library = new Tokenizer({ ...description, truncation: null, padding: null }, {});
    for (const { text, ids } of golden)
      expect(library.encode(text, { add_special_tokens: false }).ids, text).toEqual(ids);
  });

  test('counts like the reference library', () => {
    expect(tokenizer.special).toBe(special);
    for (const { text, ids } of golden) expect(tokenizer.ofText(text), text).toBe(ids.length);
  });

  test('cuts the samples into chunks that fit, nearly full where a text has no structure', async () => {
    const size = { limit: 254, overlap: 50 };
    for (const [page, text] of samplePages) {
      for (const chunk of await splitText(text, size, tokenizer))
        expect(tokenizer.ofText(chunk.text), page).toBeLessThanOrEqual(size.limit);
    }
    const words = samplePages
      .map(([, text]) => text)
      .join(' ')
      .replaceAll(/[^A-Za-z]+/g, ' ');
    const filled = (await splitText(words, size, tokenizer))
      .slice(0, -1)
      .map((chunk) => tokenizer.ofText(chunk.text) as number);
    expect(Math.min(...filled)).toBeGreaterThan(size.limit * 0.9);
  });
});

test.each(['minilm', 'qwen'] as const)(
  'tokens of %s never span two units of a cleaned text, so that the counts of units add up',
  (name) => {
    const tokenizer = opened(name);
    expect(tokenizer.additive).toBe(true);
    const characters = fc.oneof(
      fc.constantFrom(
        ' ',
        ' ',
        '\n',
        '\t',
        '.',
        "'",
        's',
        '-',
        '1',
        '\r',
        'é',
        'e\u0301',
        '日',
        '👩‍👧',
        '\u00a0',
        '\u3000',
        '\u200d',
        '\u0301',
        '[SEP]',
        '<|endoftext|>',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    );
    fc.assert(
      fc.property(
        fc.array(characters, { maxLength: 30 }).map((parts) => clean(parts.join(''))),
        (text) => {
          const units = new Units(text, tokenizer, 10_000);
          units.add(0, text.length);
          expect(units.tokens(0, units.length)).toBe(tokenizer.ofText(text));
          const middle = Math.floor(units.length / 2);
          for (const [from, to] of [
            [0, middle],
            [middle, units.length],
          ] as const)
            if (to > from)
              expect(units.size(from, to)).toBe(tokenizer.ofText(units.slice(from, to).text));
        },
      ),
      { numRuns: 1_000 },
    );
  },
);

describe('a tokenizer', () => {
  test('whose tokens may span blanks is not treated as additive', () => {
    expect(opened('unigram').additive).toBe(false);
    const { tokenizer } = fixture('qwen');
    expect(
      createTokenizer({
        'tokenizer.json': {
          ...tokenizer,
          added_tokens: [
            ...(tokenizer['added_tokens'] as object[]),
            { id: 2999, content: 'two words', special: false },
          ],
        },
      }).additive,
    ).toBe(false);
  });

  test('has the smallest input limit that its files name', () => {
    const limitOf = (files: Record<string, Record<string, unknown>>): number | undefined =>
      createTokenizer({ 'tokenizer.json': fixture('minilm').tokenizer, ...files }).inputLimit;
    expect(
      limitOf({
        'sentence_bert_config.json': { max_seq_length: 256 },
        'config.json': { max_position_embeddings: 512 },
      }),
    ).toBe(256);
    expect(
      limitOf({
        'config.json': { max_position_embeddings: 512 },
        'tokenizer_config.json': { model_max_length: 1e30 },
      }),
    ).toBe(512);
    expect(limitOf({})).toBeUndefined();
  });

  test.each([
    [{ model_type: 'xlm-roberta', pad_token_id: 1, max_position_embeddings: 514 }, 512],
    [{ model_type: 'xlm-roberta', pad_token_id: 1, max_position_embeddings: 8194 }, 8192],
    [{ model_type: 'roberta', max_position_embeddings: 514 }, 512],
    [{ model_type: 'camembert', pad_token_id: 1, max_position_embeddings: 514 }, 512],
    [{ model_type: 'mpnet', pad_token_id: 1, max_position_embeddings: 514 }, 512],
    [{ model_type: 'bert', pad_token_id: 0, max_position_embeddings: 512 }, 512],
    [{ model_type: 'qwen3', max_position_embeddings: 32_768 }, 32_768],
  ])('has no more tokens than positions that are for tokens: %j', (config, limit) => {
    const { tokenizer } = fixture('minilm');
    const files = { 'tokenizer.json': tokenizer, 'config.json': config };
    expect(createTokenizer(files).inputLimit).toBe(limit);
    const told = { ...files, 'sentence_bert_config.json': { max_seq_length: 128 } };
    expect(
      createTokenizer({ ...told, 'tokenizer.json': fixture('minilm').tokenizer }).inputLimit,
    ).toBe(128);
  });

  test.each([
    [{}],
    [{ model: {} }],
    [{ ...fixture('minilm').tokenizer, pre_tokenizer: { type: 'Abacus' } }],
  ])('with an invalid description is refused', (description) => {
    expect(() => createTokenizer({ 'tokenizer.json': description })).toThrow(Error);
  });

  test('handles a run of 100,000 letters without hanging', async () => {
    for (const name of ['minilm', 'qwen'] as const) {
      const tokenizer = opened(name);
      for (const chunk of await splitText(
        `a ${'QUJDRA'.repeat(17_000)} b`,
        { limit: 254, overlap: 50 },
        tokenizer,
      ))
        expect(tokenizer.ofText(chunk.text)).toBeLessThanOrEqual(254);
    }
  });
});
