/** What in a line of code is whole, and hides signs: what is escaped, literals, texts, a comment. */
const whole = /\\.|`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|(?:^|\s)\/\/.*$/g;
const wholeLiteral = /\\.|(`+)(?:[^`\\]|\\.)*?\1/g;
const endOfLiteral = /(?<!\\)(?:\\\\)*`/;

/**
 * Follows the code of an MDX page line by line. Its template literals may go over many lines, in
 * which no line is a heading: in what it imports and exports, and between the braces of JSX.
 */
export class MdxCode {
  #isModule = false;
  /** Brackets of the module's code that are still open. */
  #depth = 0;

  /**
   * @param line the next one outside of a literal and of all other blocks, or the rest of one
   * @returns what ends the literal that begins in it, and does not end in it
   */
  findLiteral(line: string): RegExp | undefined {
    if (/^(?:import|export)\s/.test(line)) this.#isModule = true;
    // An empty line within brackets does not end the code.
    else if (line.trim() === '' && this.#depth <= 0) this.#isModule = false;
    if (!this.#isModule) {
      this.#depth = 0;
      return /\{[\w.\s(]*`/.test(line.replaceAll(wholeLiteral, '')) ? endOfLiteral : undefined;
    }
    const rest = line.replaceAll(whole, '');
    const code = rest.split('`', 1)[0] ?? '';
    const [opening, closing] = [/[([{]/g, /[)\]}]/g].map((one) => code.match(one)?.length ?? 0);
    this.#depth += (opening ?? 0) - (closing ?? 0);
    return rest.includes('`') ? endOfLiteral : undefined;
  }
}
