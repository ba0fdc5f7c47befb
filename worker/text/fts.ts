import type { QueryTerm } from './query.ts';

/**
 * What terms are made of besides letters, digits and marks: the signs within and around names. None
 * of them is a quotation mark, a blank or a sign that SQL or FTS5 would read.
 */
const signsInTerms = '._-/:@#$+~%&\\';

/**
 * The tokenizer of FTS5 for terms that are joined by blanks. `ascii` takes every character beyond
 * ASCII for a letter and folds no more than A to Z, so a term comes out as it went in; then Porter
 * takes English endings from words of ASCII letters.
 */
export const termTokenizer = `porter ascii tokenchars '${signsInTerms}'`;

/** @returns an expression of FTS5's language for chunks that have what the query asks for */
export function toFts({ terms, isPrefix, spellings }: QueryTerm): string {
  const written = `"${terms.join(' ')}"${isPrefix ? ' *' : ''}`;
  return spellings === undefined ? written : `(${[written, ...spellings.map(toFts)].join(' OR ')})`;
}
