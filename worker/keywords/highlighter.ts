import { DatabaseSync } from 'node:sqlite';

import { termTokenizer, toFts } from '../text/fts.ts';
import { nameForms } from '../text/names.ts';
import { parseQuery } from '../text/query.ts';
import type { QueryTerm } from '../text/query.ts';
import { tokenize } from '../text/tokenize.ts';
import type { Token } from '../text/tokenize.ts';

/** A part of a text, in UTF-16 code units, as JavaScript counts. */
export interface TextRange {
  readonly start: number;
  readonly length: number;
}

interface Part {
  readonly start: number;
  readonly end: number;
}

/** A word for the tokenizer, so that no phrase goes from one name to the next. */
const separator = '\uE002';

/**
 * Finds the words of a query in texts as the keyword index finds them: folded, by stem, names in
 * every spelling. The index itself has no text to mark, so the texts' terms go through the same
 * tokenizer of FTS5 once more, in memory.
 */
export class Highlighter {
  readonly #db = new DatabaseSync(':memory:');
  readonly #add;
  readonly #find;

  constructor() {
    this.#db.exec(`
      CREATE VIRTUAL TABLE shown USING fts5(words, names, tokenize = "${termTokenizer}")`);
    this.#add = this.#db.prepare('INSERT INTO shown (rowid, words, names) VALUES (?, ?, ?)');
    this.#find = this.#db.prepare(`
      SELECT rowid, highlight(shown, 0, char(1), char(2)) AS words,
        highlight(shown, 1, char(1), char(2)) AS names
      FROM shown WHERE shown MATCH ?`);
  }

  /**
   * @param chooseTerms what the index asks for the words of the query
   * @returns for each text the ranges in it, in their order, none within another
   */
  highlight(
    query: string,
    texts: readonly string[],
    chooseTerms: (words: readonly QueryTerm[]) => readonly QueryTerm[],
  ): TextRange[][] {
    const { words, phrases, names } = parseQuery(query);
    const asked = chooseTerms(words);
    const match = [...asked, ...phrases, ...names].map(toFts).join(' OR ');
    const found = texts.map((): TextRange[] => []);
    if (match === '') return found;
    this.#db.exec('BEGIN');
    try {
      const parts = texts.map((text, row) => this.#addText(row, text));
      for (const row of this.#find.all(match) as unknown as Marked[]) {
        const [ofWords, ofNames] = parts[row.rowid] as [Token[], Part[]];
        found[row.rowid] = merge([
          ...readMarks(row.words, cutPairs(ofWords, [...asked, ...phrases])),
          ...readMarks(row.names, ofNames),
        ]);
      }
    } finally {
      this.#db.exec('ROLLBACK');
    }
    return found;
  }

  /** @returns the parts of the text that each word of the two columns is of */
  #addText(row: number, text: string): [words: Token[], names: Part[]] {
    const tokens = tokenize(text);
    const names: Part[] = [];
    const forms: string[] = [];
    for (const { terms, start, end } of nameForms(text))
      for (const term of [...terms, separator]) {
        forms.push(term);
        names.push({ start, end });
      }
    this.#add.run(row, tokens.map(({ term }) => term).join(' '), forms.join(' '));
    return [tokens, names];
  }
}

interface Marked {
  readonly rowid: number;
  readonly words: string;
  readonly names: string;
}

/** @returns the parts whose words stand between marks */
function* readMarks(marked: string, parts: readonly Part[]): Generator<Part> {
  let isMarked = false;
  for (const [index, word] of marked.split(' ').entries()) {
    isMarked ||= word.startsWith('\u0001');
    if (isMarked) yield parts[index] as Part;
    if (word.endsWith('\u0002')) isMarked = false;
  }
}

/**
 * Where words have no blanks between them, a query of one letter finds the pairs that begin with
 * it: only the letter is shown of these.
 */
function cutPairs(tokens: readonly Token[], asked: readonly QueryTerm[]): readonly Part[] {
  const letters = asked
    .filter(({ terms, isPrefix }) => isPrefix && terms.length === 1)
    .flatMap(({ terms }) => terms);
  if (letters.length === 0) return tokens;
  const whole = new Set(asked.filter(({ isPrefix }) => !isPrefix).flatMap(({ terms }) => terms));
  return tokens.map((token, index) => {
    const next = tokens[index + 1];
    const isCut =
      next !== undefined &&
      next.start > token.start &&
      next.start < token.end &&
      !whole.has(token.term) &&
      letters.some((letter) => token.term.startsWith(letter));
    return isCut ? { start: token.start, end: next.start } : token;
  });
}

function merge(parts: readonly Part[]): TextRange[] {
  const merged: { start: number; end: number }[] = [];
  for (const { start, end } of parts.toSorted((one, other) => one.start - other.start)) {
    const last = merged.at(-1);
    if (last === undefined || start >= last.end) merged.push({ start, end });
    else last.end = Math.max(last.end, end);
  }
  return merged.map(({ start, end }) => ({ start, length: end - start }));
}
