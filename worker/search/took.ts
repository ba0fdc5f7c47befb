/** Milliseconds that the parts of a search took, side by side; null for what was not done. */
export interface Took {
  keywordMs: number | null;
  embedMs: number | null;
  /** All questions to Qdrant. */
  vectorsMs: number | null;
  /** Left out where there is no reranker, or it was not asked. */
  rerankMs?: number;
}
