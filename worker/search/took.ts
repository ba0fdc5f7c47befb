/** Milliseconds that the parts of a search took, side by side; null for what was not done. */
export interface Took {
  keywordMs: number | null;
  embedMs: number | null;
  /** All questions to Qdrant. */
  vectorsMs: number | null;
}

/**
 * Does a part and adds the time it took, also when it fails.
 *
 * @returns what the work returns
 */
export async function measurePart<Part extends string, T>(
  took: Record<Part, number | null>,
  part: NoInfer<Part>,
  work: () => Promise<T>,
): Promise<T> {
  const startedMs = performance.now();
  try {
    return await work();
  } finally {
    took[part] = roundMs((took[part] ?? 0) + performance.now() - startedMs);
  }
}

/** To a tenth. */
export function roundMs(ms: number): number {
  return Math.round(ms * 10) / 10;
}
