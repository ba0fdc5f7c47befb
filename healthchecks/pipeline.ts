/**
 * What verification needs of the pipeline, in the pipeline's own nouns. The worker supplies it;
 * healthchecks never import the worker.
 */
export interface Pipeline {
  /** The same door every document comes in by: stored in Postgres, then enqueued. */
  submit(page: CanaryPage): Promise<{ documentId: string }>;
  state(documentId: string): Promise<DocumentState>;
  search(query: string, mode: 'keyword' | 'semantic'): Promise<readonly { url: string }[]>;
  /**
   * Takes the document out of Postgres, the keyword index and Qdrant; a job still under way finds
   * it gone and ends.
   */
  remove(documentId: string): Promise<void>;
  workers(): Promise<readonly WorkerHeartbeat[]>;
  queueCounts(): Promise<Readonly<Record<string, QueueCounts>>>;
}

export interface CanaryPage {
  readonly url: string;
  readonly title: string;
  readonly markdown: string;
  readonly language: string;
}

export interface DocumentState {
  /** The latest version can be found by keyword. */
  readonly keyword: boolean;
  /** Every chunk of the latest version is in Qdrant. */
  readonly vectors: boolean;
  readonly failed?: { readonly code: string; readonly reason: string } | undefined;
}

export interface WorkerHeartbeat {
  readonly name: string;
  /** The worker's own judgement that it takes jobs (or rightly takes none). */
  readonly consuming: boolean;
  readonly heartbeatAt: Date;
}

export interface QueueCounts {
  readonly waiting: number;
  readonly active: number;
  readonly delayed: number;
  readonly failed: number;
  readonly paused: boolean;
}
