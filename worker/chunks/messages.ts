import type { Chunk } from './split.ts';
import type { TokenizerSettings } from './tokenizer-files.ts';

/** In tokens. */
export interface ThreadSettings extends TokenizerSettings {
  readonly maxChunkTokens: number;
  readonly chunkOverlapTokens: number;
}

/** TEI could not count; a text that no chunk can hold; anything else. */
export type Fault = 'count' | 'unfit' | 'other';

/**
 * To the tokenizer's thread: a page to cut, an answer to its question, or that a page is no longer
 * wanted.
 */
export type ToThread =
  | { readonly id: number; readonly text: string; readonly teiLimit: number | undefined }
  | { readonly count: number; readonly tokens?: number | undefined; readonly problem?: string }
  | { readonly cancel: number };

/**
 * From it: how the search for a tokenizer ended, what a page was cut into or why it was not, or a
 * text whose tokens TEI is to count.
 */
export type FromThread =
  | {
      readonly opened: {
        readonly found: boolean;
        readonly problems: readonly string[];
        readonly inputLimit: number | undefined;
      };
    }
  | { readonly id: number; readonly chunks: readonly Pick<Chunk, 'start' | 'end' | 'headings'>[] }
  | { readonly id: number; readonly problem: string; readonly fault: Fault }
  | { readonly count: number; readonly text: string };
