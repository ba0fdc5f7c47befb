import type { DatabaseSync } from 'node:sqlite';

import { fold } from '../text/fold.ts';
import { tokenize } from '../text/tokenize.ts';
import { editDistance, mostEdits } from './edit-distance.ts';
import { stemAll } from './stemmer.ts';

/** FTS5 reads the rows of every word that it lists; a person waits, and so do other searches. */
const limitMs = 50;
/** Private characters of facet-words.ts: facets are no words that somebody wrote. */
const isMarked = /[\uE000-\uE002]/;
/** Stems of which it is looked up how chunks write them, and chunks that are looked at for each. */
const maxStems = 8;
const maxChunks = 20;
/** A shorter stem is the beginning of too many words. */
const shortestStem = 4;
const words = /[\p{L}\p{N}\p{M}]+/gu;

/** A word of the index as the tokenizer stems it. */
interface Stem {
  readonly term: string;
  readonly edits: number;
  readonly chunks: number;
}

/** Finds the word of the index that is nearest to one that it does not have. */
export class Suggester {
  readonly #terms;
  readonly #texts;

  constructor(db: DatabaseSync) {
    // Of this connection alone, as in facets.ts.
    db.exec(`
      PRAGMA temp_store = MEMORY;
      CREATE VIRTUAL TABLE IF NOT EXISTS temp.word_terms USING fts5vocab(main, words, row);
      CREATE VIRTUAL TABLE IF NOT EXISTS temp.word_places USING fts5vocab(main, words, instance)`);
    this.#terms = db.prepare(
      'SELECT term, doc AS chunks FROM temp.word_terms WHERE term >= ? AND term < ?',
    );
    this.#texts = db.prepare(`
      SELECT pages.title || char(10) || passages.body AS text
      FROM (SELECT doc FROM temp.word_places WHERE term = ? LIMIT ?) found
      JOIN passages ON passages.row = found.doc
      JOIN pages ON pages.number = passages.page`);
  }

  /**
   * @param word that no chunk has
   * @returns the nearest word that chunks have, as they write it; of several as near the most
   *   frequent. Undefined when none is near
   */
  suggest(word: string): string | undefined {
    const folded = fold(word);
    const most = mostEdits(folded);
    const stem = stemOf(folded);
    if (stem === undefined || most === 0) return undefined;
    const found = this.#findStems(stem, folded, most)
      .map(({ term, chunks }) => ({ ...this.#spell(term, folded, most), chunks }))
      .filter(({ edits }) => edits <= most)
      .sort((one, other) => one.edits - other.edits || other.chunks - one.chunks);
    return found[0]?.spelling;
  }

  /** Looks at words with the same beginning first: most slips are further in. */
  #findStems(stem: string, word: string, most: number): Stem[] {
    const untilMs = performance.now() + limitMs;
    const found: Stem[] = [];
    for (const beginning of listBeginnings(stem)) {
      for (const row of this.#terms.iterate(beginning, `${beginning}\u{10FFFF}`)) {
        if (performance.now() > untilMs) return keepNearest(found);
        const { term, chunks } = row as unknown as { term: string; chunks: number };
        if (isMarked.test(term)) continue;
        const edits = Math.min(
          editDistance(stem, term, most),
          // A slip in the ending: the stemmer has cut that of the right word alone.
          term.length < shortestStem
            ? Infinity
            : editDistance(word.slice(0, term.length), term, most),
        );
        if (edits <= most) found.push({ term, edits, chunks });
      }
      if (found.length > 0) return keepNearest(found);
    }
    return [];
  }

  /**
   * @param word folded
   * @returns how a chunk writes the word that has this stem; of several ways the nearest one
   */
  #spell(stem: string, word: string, most: number): { spelling: string; edits: number } {
    const texts = this.#texts.all(stem, maxChunks).map((row) => toLowerCase(String(row['text'])));
    const near = [...new Set(texts.flatMap((text) => text.match(words) ?? []))]
      .map((spelling) => ({ spelling, edits: editDistance(word, fold(spelling), most) }))
      .filter(({ edits }) => edits <= most)
      .sort((one, other) => one.edits - other.edits);
    return (
      near.find(({ spelling }) => stemOf(spelling) === stem) ?? {
        spelling: stem,
        edits: Infinity,
      }
    );
  }
}

/** A Turkish İ becomes an i, without the dot that JavaScript puts on it. */
function toLowerCase(text: string): string {
  return text.toLowerCase().replaceAll('i\u0307', 'i');
}

/** @returns undefined when the tokenizer makes none or several of it */
function stemOf(word: string): string | undefined {
  const terms = new Set(tokenize(word).map(({ term }) => term));
  const [stem, ...others] = new Set(stemAll([...terms]).values());
  return others.length === 0 ? stem : undefined;
}

function keepNearest(found: readonly Stem[]): Stem[] {
  return found
    .toSorted((one, other) => one.edits - other.edits || other.chunks - one.chunks)
    .slice(0, maxStems);
}

/** @returns the first two letters; these swapped, or without the first; the first alone */
function listBeginnings(stem: string): string[] {
  const [first = '', second = '', third = ''] = stem;
  return [first + second, second + first, second + third, first];
}
