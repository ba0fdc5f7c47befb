/** Counts a model's tokens, special ones left out. */
export interface TokenCounter {
  /**
   * Tokens of a unit: a word with the blanks before it and the line ends after it. At once, mostly
   * from memory. Where `additive` is false it is a guess for what the unit adds to a text.
   */
  readonly ofUnit: (unit: string) => number;
  /** Whether a text has exactly as many tokens as its units together. */
  readonly additive: boolean;
  /**
   * Units are cut at this length in characters, wherever that is; one of it never has more than a
   * chunk's tokens.
   */
  readonly longestUnit: number;
  /** Tokens of a whole text, as the model counts them. */
  readonly ofText: (text: string) => number | Promise<number>;
}

/**
 * Pages share most of their words: with this many kept, a page's words are nearly all known. Some 5
 * MB.
 */
const rememberedUnits = 30_000;

/**
 * The same count, remembered; of the units that came up least lately, half are forgotten when there
 * are too many.
 */
export function memoizeCounts(count: (unit: string) => number): (unit: string) => number {
  let recent = new Map<string, number>();
  let earlier = new Map<string, number>();
  return (unit) => {
    const known = recent.get(unit);
    if (known !== undefined) return known;
    const tokens = earlier.get(unit) ?? count(unit);
    if (recent.size >= rememberedUnits / 2) [recent, earlier] = [new Map(), recent];
    // A slice of a document keeps the whole document in memory; a copy does not.
    recent.set(Buffer.from(unit).toString(), tokens);
    return tokens;
  };
}

/**
 * For when only TEI can count: near enough to plan with, each chunk being counted by TEI before it
 * is taken. A token is at least a byte, so that a unit of a quarter of a chunk's tokens always
 * fits.
 */
export function createEstimatingCounter(
  limit: number,
  ofText: TokenCounter['ofText'],
): TokenCounter {
  const guess = (unit: string): number => {
    let tokens = 0;
    for (const [part] of unit.matchAll(/[A-Za-z]+|[\x21-\x7e]|[^\s\x21-\x7e]/g))
      tokens += Math.ceil(part.length / 5);
    return tokens;
  };
  return {
    ofUnit: guess,
    additive: false,
    longestUnit: Math.max(1, Math.floor(limit / 4)),
    ofText,
  };
}
