import type { TokenCounter } from './counter.ts';

/**
 * A unit: blanks, a word, and the line ends after it. In a cleaned text, no token of an additive
 * tokenizer spans two units.
 */
const unit = /[^\S\n]*\S+(?:[^\S\n]*\n)*|(?:[^\S\n]*\n)+|\s+/g;

/**
 * A document cut into units, with the number of tokens before each one, so that counting a range is
 * a subtraction. All places (`from`, `to`) are indexes of units.
 */
export class Units {
  readonly text: string;
  readonly #counter: TokenCounter;
  readonly #limit: number;
  readonly #starts: number[] = [];
  readonly #before: number[] = [0];
  /** The units that begin inside a word. */
  readonly #insideWord: number[] = [];

  constructor(text: string, counter: TokenCounter, limit: number) {
    this.text = text;
    this.#counter = counter;
    this.#limit = limit;
  }

  get length(): number {
    return this.#starts.length;
  }

  /** Adds the next part of the text. */
  add(start: number, end: number): void {
    for (const { 0: word, index } of this.text.slice(start, end).matchAll(unit))
      this.#addWord(start + index, word);
  }

  /** Cuts a long word by length before counting: counting takes time quadratic in the length. */
  #addWord(start: number, word: string): void {
    for (let at = 0; at < word.length;) {
      const end = endOfCharacter(word, Math.min(word.length, at + this.#counter.longestUnit));
      this.#addPart(start + at, word.slice(at, end), at > 0);
      at = end;
    }
  }

  #addPart(start: number, part: string, within: boolean): void {
    const tokens = this.#counter.ofUnit(part);
    if (tokens > this.#limit) {
      const middle = endOfCharacter(part, Math.ceil(part.length / 2));
      if (middle >= part.length)
        throw new RangeError(
          `the character ${JSON.stringify(part)} has ${tokens} tokens, ` +
            `and a chunk may have ${this.#limit}`,
        );
      this.#addPart(start, part.slice(0, middle), within);
      this.#addPart(start + middle, part.slice(middle), true);
      return;
    }
    if (within) this.#insideWord.push(this.length);
    this.#starts.push(start);
    this.#before.push((this.#before.at(-1) as number) + tokens);
  }

  /** @returns where a unit begins in the text; the end of the text for the place after the last */
  startOf(place: number): number {
    return this.#starts[place] ?? this.text.length;
  }

  /** @returns the unit that begins at this index of the text */
  placeOf(start: number): number {
    return findFirstAtLeast(this.#starts, start);
  }

  /** @returns the number of tokens of the units from `from` up to `to` */
  tokens(from: number, to: number): number {
    return (this.#before[to] as number) - (this.#before[from] as number);
  }

  /** @returns the last place so that the range has at most `tokens`; at least one unit on */
  reach(from: number, tokens: number): number {
    return Math.max(
      from + 1,
      findFirstAtLeast(this.#before, (this.#before[from] as number) + tokens + 1) - 1,
    );
  }

  /** @returns the first place so that the range up to `to` has at most `tokens` */
  reachBack(to: number, tokens: number): number {
    return findFirstAtLeast(this.#before, (this.#before[to] as number) - tokens);
  }

  /** @returns the text of a range without the blanks around it, and where it is in the document */
  slice(from: number, to: number): { start: number; end: number; text: string } {
    const whole = this.text.slice(this.startOf(from), this.startOf(to));
    const start = this.startOf(from) + whole.length - whole.trimStart().length;
    const text = whole.trim();
    return { start, end: start + text.length, text };
  }

  /** @returns the tokens of the range's text: the sum of its units if exact, else counted */
  size(from: number, to: number): number | Promise<number> {
    const { additive, ofUnit, ofText } = this.#counter;
    const cut = this.#insideWord[findFirstAtLeast(this.#insideWord, from + 1)];
    const first = this.#unit(from).trimStart();
    const last = this.#unit(to - 1).trimEnd();
    const isExact =
      additive && to - from > 1 && first !== '' && last !== '' && (cut === undefined || cut >= to);
    return isExact
      ? ofUnit(first) + this.tokens(from + 1, to - 1) + ofUnit(last)
      : ofText(this.slice(from, to).text);
  }

  #unit(place: number): string {
    return this.text.slice(this.startOf(place), this.startOf(place + 1));
  }
}

/** @returns `end`, or one more where it would separate a surrogate pair */
function endOfCharacter(text: string, end: number): number {
  const last = text.charCodeAt(end - 1);
  return end < text.length && last >= 0xd800 && last <= 0xdbff ? end + 1 : end;
}

/** @returns the index of the first value of a rising list that is at least `wanted` */
function findFirstAtLeast(values: readonly number[], wanted: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] as number) < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
