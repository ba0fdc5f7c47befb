import { DatabaseSync } from 'node:sqlite';

import { tokenizer } from './schema.ts';
import { locateOtherForms } from './terms.ts';

/** A part of a text, in UTF-16 code units, as JavaScript counts. */
export interface TextRange {
  readonly start: number;
  readonly length: number;
}

/** What FTS5 puts around what it found. Texts have neither: cleaning removes control characters. */
const marks = { open: '\u0001', close: '\u0002' };
const markOrNul = /[\u0000-\u0002]/g;
/** A word for the tokenizer, so that no phrase goes from one form to the next. */
const separator = ' \uE002 ';

/**
 * Finds the words of a query in texts as the keyword index finds them: by stem, without accents,
 * names in every spelling. The index itself has no text to mark, so the texts go through the same
 * tokenizer once more, in memory.
 */
export class Highlighter {
  readonly #db = new DatabaseSync(':memory:');
  readonly #add;
  readonly #find;

  constructor() {
    this.#db.exec(`CREATE VIRTUAL TABLE shown USING fts5(body, forms, tokenize = '${tokenizer}')`);
    this.#add = this.#db.prepare('INSERT INTO shown (rowid, body, forms) VALUES (?, ?, ?)');
    this.#find = this.#db.prepare(`
      SELECT rowid, highlight(shown, 0, char(1), char(2)) AS body,
        highlight(shown, 1, char(1), char(2)) AS forms
      FROM shown WHERE shown MATCH ?`);
  }

  /**
   * @param terms of `parseTerms`
   * @returns for each text the ranges in it, in their order, none within another
   */
  highlight(terms: readonly string[], texts: readonly string[]): TextRange[][] {
    // What only the column of exact forms has is found by its stem as well.
    const match = terms.filter((term) => term.startsWith('"')).join(' OR ');
    const found = texts.map((): TextRange[] => []);
    if (match === '') return found;
    const plain = texts.map((text) => text.replaceAll(markOrNul, ' '));
    const forms = plain.map((text) => [...locateOtherForms(text)]);
    this.#db.exec('BEGIN');
    try {
      for (const [row, text] of plain.entries())
        this.#add.run(row, text, (forms[row] ?? []).map(({ form }) => form).join(separator));
      for (const row of this.#find.all(match) as unknown as Marked[]) {
        const ofForms = readMarks(row.forms);
        const inBody = readMarks(row.body);
        let at = 0;
        for (const { form, start, length } of forms[row.rowid] ?? []) {
          if (ofForms.some((one) => overlaps(one, { start: at, length: form.length })))
            inBody.push({ start, length });
          at += form.length + separator.length;
        }
        found[row.rowid] = merge(inBody);
      }
    } finally {
      this.#db.exec('ROLLBACK');
    }
    return found;
  }
}

interface Marked {
  readonly rowid: number;
  readonly body: string;
  readonly forms: string;
}

/** @returns where the marked parts stand in the text without its marks */
function readMarks(marked: string): TextRange[] {
  const ranges: TextRange[] = [];
  let start = 0;
  for (const [index, part] of marked
    .replaceAll(marks.close, marks.open)
    .split(marks.open)
    .entries()) {
    if (index % 2 === 1) ranges.push({ start, length: part.length });
    start += part.length;
  }
  return ranges;
}

function overlaps(one: TextRange, other: TextRange): boolean {
  return one.start < other.start + other.length && other.start < one.start + one.length;
}

function merge(ranges: readonly TextRange[]): TextRange[] {
  const merged: TextRange[] = [];
  for (const range of ranges.toSorted((one, other) => one.start - other.start)) {
    const last = merged.at(-1);
    if (last === undefined || !overlaps(last, range)) merged.push(range);
    else {
      const end = Math.max(last.start + last.length, range.start + range.length);
      merged[merged.length - 1] = { start: last.start, length: end - last.start };
    }
  }
  return merged;
}
