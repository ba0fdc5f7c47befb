import type { Pool } from 'pg';

import type { Chunker } from './chunks/chunker.ts';
import type { Circuits } from './circuit/circuits.ts';
import type { EmbedderWithFallback } from './embeddings/embedder-with-fallback.ts';
import type { Reranker } from './embeddings/reranker.ts';
import type { Tei } from './embeddings/tei.ts';
import type { Keywords } from './keywords/keywords.ts';
import type { Logger } from './logs.ts';
import type { Tally } from './metrics/tally.ts';
import type { TotalsWriter } from './metrics/totals-writer.ts';
import type { Queues } from './queue/queues.ts';
import type { Records } from './records/records.ts';
import type { Removals } from './records/removals.ts';
import type { Vectors } from './vectors/vectors.ts';

/**
 * Everything that the work needs, opened once per process by `openServices`. Entry points and
 * commands take it whole; a use case names the few services that it needs.
 */
export interface Services {
  /** Name of this process among the replicas. */
  readonly worker: string;
  /** The stack's own limit of jobs that all workers together work on; undefined for no limit. */
  readonly globalConcurrency: number | undefined;
  readonly log: Logger;
  /** What this process counts for /metrics, and what adds it to the totals of the stack. */
  readonly tally: Tally;
  readonly totals: TotalsWriter;
  readonly pool: Pool;
  readonly records: Records;
  readonly removals: Removals;
  readonly queues: Queues;
  readonly keywords: Keywords;
  readonly vectors: Vectors;
  readonly tei: Tei;
  readonly embedder: EmbedderWithFallback;
  /** Undefined where none is configured. */
  readonly reranker: Reranker | undefined;
  readonly circuits: Circuits;
  readonly chunker: Chunker;
  close(): Promise<void>;
}
