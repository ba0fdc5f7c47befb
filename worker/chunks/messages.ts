import type { Chunk } from './split.ts';
import type { TokenizerSettings } from './tokenizer-files.ts';

/** In tokens. */
export interface ThreadSettings extends TokenizerSettings {
  readonly maxChunkTokens: number;
  readonly chunkOverlapTokens: number;
  /** Of an authority that the thread trusts as well: a mirror of the hub may need it. */
  readonly caCertificate?: string | undefined;
  /** Stands before each chunk when it is embedded, and counts to the model's limit. */
  readonly instruction?: string;
}

/** `count`: TEI could not count. `unfit`: no chunk can hold the text. `other`: anything else. */
export type Fault = 'count' | 'unfit' | 'other';

/** To the tokenizer's thread: a page to cut, the answer to a count, or the end of a page's work. */
export type ToThread =
  | { readonly id: number; readonly text: string; readonly teiLimit: number | undefined }
  | { readonly count: number; readonly tokens?: number | undefined; readonly problem?: string }
  | { readonly cancel: number };

/**
 * From the tokenizer's thread: whether it found a tokenizer, the chunks of a page or why there are
 * none, or a text whose tokens TEI has to count.
 */
export type FromThread =
  | {
      readonly opened: {
        readonly found: boolean;
        readonly problems: readonly string[];
        readonly inputLimit: number | undefined;
      };
    }
  | { readonly id: number; readonly chunks: readonly Omit<Chunk, 'index' | 'text'>[] }
  | { readonly id: number; readonly problem: string; readonly fault: Fault }
  | { readonly count: number; readonly text: string };
