import type { Tei } from '../embeddings/tei.ts';
import { PulseError, reasonOf } from '../errors.ts';
import type { Logger } from '../logs.ts';
import { split } from './split.ts';
import type { Chunk } from './split.ts';
import { openTokenizer } from './tokenizer.ts';
import type { ModelTokenizer, TokenizerSettings } from './tokenizer.ts';

export interface ChunkSettings extends TokenizerSettings { readonly maxChunkTokens: number; readonly chunkOverlapTokens: number }

/** [CLS] and [SEP] or their like: what models add when their own files do not tell. */
const usualSpecialTokens = 2;

/** Cuts documents into chunks that the model can embed whole. */
export class Chunker {
  readonly #settings: ChunkSettings;
  readonly #tei: Tei;
  readonly #log: Logger;
  #tokenizer: ModelTokenizer | undefined;

  constructor(settings: ChunkSettings, tei: Tei, log: Logger) {
    this.#settings = settings;
    this.#tei = tei;
    this.#log = log;
  }

  /** Opens the tokenizer; without one, TEI counts. */
  async open(): Promise<void> {
    this.#tokenizer = await openTokenizer(this.#settings, this.#log);
  }

  async chunk(text: string): Promise<Chunk[]> {
    const tokenizer = this.#tokenizer;
    if (tokenizer === undefined) {
      try {
        const limit = await this.#tei.inputLimit();
        return await split(text, this.#room(limit, usualSpecialTokens), this.#settings.chunkOverlapTokens, (texts) => this.#tei.countTokens(texts));
      } catch (error) {
        throw new PulseError('INDEXING_TOKENIZER', 'away', reasonOf(error), error);
      }
    }
    return split(text, this.#room(tokenizer.inputLimit, tokenizer.special), this.#settings.chunkOverlapTokens, tokenizer.countTokens);
  }

  #room(modelLimit: number | undefined, special: number): number {
    return Math.max(1, Math.min(this.#settings.maxChunkTokens, (modelLimit ?? Infinity) - special));
  }
}
