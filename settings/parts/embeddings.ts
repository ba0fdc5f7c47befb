/** How text is cut into chunks and becomes vectors. */
import { duration, integer } from '../kinds/numbers.ts';
import { phrase } from '../kinds/texts.ts';
import { setting } from '../setting.ts';

export const embeddings = {
  queryInstruction: setting({
    key: 'queryInstruction',
    kind: phrase,
    default: 'auto',
    description:
      "text put before queries: `auto` is the model's own (Qwen3-Embedding has one; that of a " +
      'family that instructs documents too goes with theirs), `none`, or the text itself',
    env: 'WEBHOOK_QUERY_INSTRUCTION',
  }),
  documentInstruction: setting({
    key: 'documentInstruction',
    kind: phrase,
    default: 'auto',
    description:
      'text put before documents when a collection is built: `auto` is what the model expects ' +
      '(e5, nomic-embed-text and embeddinggemma do), `none`, or the text itself; a text has a ' +
      'collection of its own, which starts empty: run `./pulse audit --repair`; `auto` and `none` ' +
      'leave an existing one as it is until `./pulse reindex --all`',
    example: 'passage: ',
    env: 'WEBHOOK_DOCUMENT_INSTRUCTION',
  }),
  teiTimeoutSeconds: setting({
    key: 'teiTimeout',
    kind: duration,
    default: '2m',
    description: 'longest time one call to TEI may take; a batch on a busy CPU takes a minute',
    example: '30s',
    env: 'WEBHOOK_TEI_TIMEOUT',
  }),
  maxChunkTokens: setting({
    key: 'maxChunkTokens',
    kind: integer(16, 32_768),
    default: '512',
    description: "tokens in one chunk at most, counted by the model's own tokenizer",
    example: '512',
    env: 'WEBHOOK_MAX_CHUNK_TOKENS',
  }),
  chunkOverlapTokens: setting({
    key: 'chunkOverlapTokens',
    kind: integer(0, 8_192),
    default: '50',
    description: 'tokens that a chunk repeats of the one before it',
    example: '50',
    env: 'WEBHOOK_CHUNK_OVERLAP_TOKENS',
  }),
};
