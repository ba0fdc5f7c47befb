/** How good a ranking is by the judgements of a set; both measures as trec_eval takes them. */

/** Gains of the documents that were judged for one query, by their URL. */
export type Gains = ReadonlyMap<string, number>;

/**
 * Normalised discounted cumulative gain: the sum of gain / log2(rank + 1) over the best documents,
 * divided by the same of the ideal order.
 *
 * @param urls best first, each once
 * @returns from 0 to 1
 */
export function ndcg(urls: readonly string[], gains: Gains, depth = 10): number {
  const ideal = [...gains.values()].sort((one, other) => other - one);
  const found = urls.map((url) => gains.get(url) ?? 0);
  return discount(found.slice(0, depth)) / discount(ideal.slice(0, depth));
}

function discount(gains: readonly number[]): number {
  return gains.reduce((sum, gain, index) => sum + gain / Math.log2(index + 2), 0);
}

/** @returns the share of the documents with a gain that are among the first ones */
export function recall(urls: readonly string[], gains: Gains, depth = 100): number {
  const relevant = [...gains].filter(([, gain]) => gain > 0).map(([url]) => url);
  const found = new Set(urls.slice(0, depth));
  return relevant.filter((url) => found.has(url)).length / relevant.length;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The smallest value that at least this share of all values does not exceed. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  if (value === undefined) throw new RangeError('a percentile of no values');
  return value;
}
