/** Counts a model's tokens, without special tokens. */
export interface TokenCounter {
  /**
   * The tokens of a unit (a word with the blanks before it and the line ends after it), mostly from
   * a cache. Where `additive` is false it is an estimate of what the unit adds to a text.
   */
  readonly ofUnit: (unit: string) => number;
  /** Whether the tokens of a text are exactly the sum of the tokens of its units. */
  readonly additive: boolean;
  /**
   * Longer units are cut at this number of characters, so that one unit never has more tokens than
   * a chunk may have.
   */
  readonly longestUnit: number;
  /** The tokens of a whole text, as the model counts them. */
  readonly ofText: (text: string) => number | Promise<number>;
}

/** Pages share most of their words: with so many units in the cache (5 MB), most lookups hit. */
const maxCachedUnits = 30_000;

/** Caches counts. When the cache is full, the half that was used least recently is dropped. */
export function memoizeCounts(count: (unit: string) => number): (unit: string) => number {
  let recent = new Map<string, number>();
  let earlier = new Map<string, number>();
  return (unit) => {
    const known = recent.get(unit);
    if (known !== undefined) return known;
    const tokens = earlier.get(unit) ?? count(unit);
    if (recent.size >= maxCachedUnits / 2) [recent, earlier] = [new Map(), recent];
    // Copied, because a slice of a string keeps the whole document in memory.
    recent.set(Buffer.from(unit).toString(), tokens);
    return tokens;
  };
}

/**
 * A counter for when only TEI can count tokens. It estimates the units, and TEI counts each chunk
 * before it is used. A token has at least one byte, so a unit of a quarter of a chunk's tokens in
 * characters always fits.
 */
export function createEstimatingCounter(
  limit: number,
  ofText: TokenCounter['ofText'],
): TokenCounter {
  const estimate = (unit: string): number => {
    let tokens = 0;
    for (const [part] of unit.matchAll(/[A-Za-z]+|[\x21-\x7e]|[^\s\x21-\x7e]/g))
      tokens += Math.ceil(part.length / 5);
    return tokens;
  };
  return {
    ofUnit: estimate,
    additive: false,
    longestUnit: Math.max(1, Math.floor(limit / 4)),
    ofText,
  };
}
