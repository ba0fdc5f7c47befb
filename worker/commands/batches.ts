/** Documents that one statement names: few enough for a statement of milliseconds. */
export const batchSize = 500;

/** Lists of at most {@link batchSize}, in their order. */
export function splitIntoBatches<One>(all: readonly One[]): One[][] {
  const batches: One[][] = [];
  for (let start = 0; start < all.length; start += batchSize)
    batches.push(all.slice(start, start + batchSize));
  return batches;
}
