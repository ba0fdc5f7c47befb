/** As many different words as some million pages of one language have. */
const vocabularySize = 500_000;
/**
 * Zipf's law as Mandelbrot wrote it: the share of the word of rank r is as 1 / (r + 2.7). The most
 * frequent word is 2 % of a text then, the ten most frequent are 12 %, and a tenth of all chunks of
 * 170 words has each of the first 130.
 */
const offset = 2.7;
const consonants = 'bcdfghklmnprstvz';
const vowels = 'aeiou';
/** Of words in English texts, most of which stemming changes. */
const endings = ['', 's', 'ed', 'ing', '', 'ly', 'ness', 'e'];

/** Texts of made-up words with a natural distribution, the same on every machine. */
export class ZipfText {
  readonly #words: readonly string[];
  /** The share of all words up to each rank. */
  readonly #shares: Float64Array;

  constructor(size = vocabularySize) {
    this.#words = Array.from({ length: size }, (_, rank) => spell(rank));
    this.#shares = new Float64Array(size);
    let sum = 0;
    for (let rank = 0; rank < size; rank += 1) {
      sum += 1 / (rank + 1 + offset);
      this.#shares[rank] = sum;
    }
  }

  /** @returns the words of the text of this number */
  words(number: number, count: number): string[] {
    const draw = randomOf(number);
    const total = this.#shares.at(-1) as number;
    return Array.from({ length: count }, () => this.#words[this.#rankAt(draw() * total)] as string);
  }

  /** The first rank whose share is above the value, by binary search. */
  #rankAt(value: number): number {
    let low = 0;
    let high = this.#shares.length - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#shares[middle] as number) <= value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** Frequent words are short, as in languages; no two ranks have one spelling. */
function spell(rank: number): string {
  let word = '';
  for (let rest = rank + 1; rest > 0; rest = Math.floor(rest / 80)) {
    const syllable = rest % 80;
    word += `${consonants[Math.floor(syllable / 5)]}${vowels[syllable % 5]}`;
  }
  return `${word}k${endings[rank % endings.length]}`;
}

/** Numbers from 0 to below 1, from a seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = Math.imul(seed, 0x9e37_79b1) >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
