/** What verification needs of the pipeline. The worker supplies it, and is not imported here. */
export interface Pipeline {
  /** Takes a document as every document is taken: stores it in Postgres, then enqueues it. */
  submit(page: CanaryPage): Promise<{ documentId: string }>;
  state(documentId: string): Promise<DocumentState>;
  /** Searches among canaries, which no other search finds. */
  search(query: string, mode: 'keyword' | 'semantic'): Promise<readonly { url: string }[]>;
  /**
   * Removes the document from Postgres, the keyword index and Qdrant. A job that still works on it
   * finds it gone and ends.
   */
  remove(documentId: string): Promise<void>;
  workers(): Promise<readonly WorkerHeartbeat[]>;
  /** Whether an operator has paused the queues. */
  isPaused(): Promise<boolean>;
  queueCounts(): Promise<Readonly<Record<string, QueueCounts>>>;
}

export interface CanaryPage {
  readonly url: string;
  readonly title: string;
  readonly markdown: string;
  readonly language: string;
  readonly source: string;
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
  /** The worker's own judgement that it takes jobs, or has a reason to take none. */
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
