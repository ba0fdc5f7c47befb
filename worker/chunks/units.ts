import type { TokenCounter } from './counter.ts';

/**
 * Blanks, a word, and the line ends after it: in a cleaned text, tokens of the tokenizers that are
 * additive never span two of these.
 */
const unit = /[^\S\n]*\S+(?:[^\S\n]*\n)*|(?:[^\S\n]*\n)+|\s+/g;

/**
 * A document in units, with the tokens before each: how many a stretch has is a subtraction. Places
 * are indexes of units.
 */
export class Units {
  readonly text: string;
  readonly #counter: TokenCounter;
  readonly #limit: number;
  readonly #starts: number[] = [];
  readonly #before: number[] = [0];
  /** Units that begin within a word. */
  readonly #cut: number[] = [];

  constructor(text: string, counter: TokenCounter, limit: number) {
    this.text = text;
    this.#counter = counter;
    this.#limit = limit;
  }

  get length(): number {
    return this.#starts.length;
  }

  /** Goes on with the stretch of text that follows. */
  add(start: number, end: number): void {
    for (const { 0: word, index } of this.text.slice(start, end).matchAll(unit))
      this.#addWord(start + index, word);
  }

  /**
   * A word that is too long is cut by length, at first: time grows with the square of a long one's
   * length.
   */
  #addWord(start: number, word: string): void {
    for (let at = 0; at < word.length;) {
      const end = wholeCharacter(word, Math.min(word.length, at + this.#counter.longestUnit));
      this.#addPart(start + at, word.slice(at, end), at > 0);
      at = end;
    }
  }

  #addPart(start: number, part: string, within: boolean): void {
    const tokens = this.#counter.ofUnit(part);
    if (tokens > this.#limit) {
      const middle = wholeCharacter(part, Math.ceil(part.length / 2));
      if (middle >= part.length)
        throw new RangeError(
          `the character ${JSON.stringify(part)} has ${tokens} tokens, and a chunk may have ${this.#limit}`,
        );
      this.#addPart(start, part.slice(0, middle), within);
      this.#addPart(start + middle, part.slice(middle), true);
      return;
    }
    if (within) this.#cut.push(this.length);
    this.#starts.push(start);
    this.#before.push((this.#before.at(-1) as number) + tokens);
  }

  /** Where a unit begins in the text; of the place after the last, the text's end. */
  startOf(place: number): number {
    return this.#starts[place] ?? this.text.length;
  }

  /** The unit that begins at this place in the text. */
  placeOf(start: number): number {
    return firstNotBelow(this.#starts, start);
  }

  tokens(from: number, to: number): number {
    return (this.#before[to] as number) - (this.#before[from] as number);
  }

  /** The last place up to which these many tokens go; at least one unit further. */
  reach(from: number, tokens: number): number {
    return Math.max(
      from + 1,
      firstNotBelow(this.#before, (this.#before[from] as number) + tokens + 1) - 1,
    );
  }

  /** The first place from which at most these many tokens go to `to`. */
  reachBack(to: number, tokens: number): number {
    return firstNotBelow(this.#before, (this.#before[to] as number) - tokens);
  }

  /** Text from one place to another, without the blanks around it. */
  slice(from: number, to: number): { start: number; end: number; text: string } {
    const whole = this.text.slice(this.startOf(from), this.startOf(to));
    const start = this.startOf(from) + whole.length - whole.trimStart().length;
    const text = whole.trim();
    return { start, end: start + text.length, text };
  }

  /** Tokens of that text: from its units where they tell exactly, else counted. */
  size(from: number, to: number): number | Promise<number> {
    const { additive, ofUnit, ofText } = this.#counter;
    const cut = this.#cut[firstNotBelow(this.#cut, from + 1)];
    const first = this.#unit(from).trimStart();
    const last = this.#unit(to - 1).trimEnd();
    const exact =
      additive && to - from > 1 && first !== '' && last !== '' && (cut === undefined || cut >= to);
    return exact
      ? ofUnit(first) + this.tokens(from + 1, to - 1) + ofUnit(last)
      : ofText(this.slice(from, to).text);
  }

  #unit(place: number): string {
    return this.text.slice(this.startOf(place), this.startOf(place + 1));
  }
}

/** Not between the halves of a surrogate pair. */
function wholeCharacter(text: string, end: number): number {
  const last = text.charCodeAt(end - 1);
  return end < text.length && last >= 0xd800 && last <= 0xdbff ? end + 1 : end;
}

/** Index of the first value that is at least `wanted`; the values rise. */
function firstNotBelow(values: readonly number[], wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
