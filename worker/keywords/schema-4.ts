import { termTokenizer } from '../text/fts.ts';
import { nameForms } from '../text/names.ts';
import { tokenize } from '../text/tokenize.ts';
import { openCandidates } from './candidates.ts';
import { chooseTerms, isKnown } from './choose-terms.ts';
import { buildFacets } from './facet-words.ts';
import { countFacetsOf, searchChunks } from './search-chunks.ts';
import { Suggester } from './suggest.ts';
import type { WordsSchema } from './words-schema.ts';

/** A text with more names than this is data, not prose. */
const maxNameForms = 400;

/**
 * The keyword file of this release. The words of title, headings and text are stored as `tokenize`
 * has them, the other ways to write names in a table of their own.
 */
export const schema4: WordsSchema = {
  version: 4,
  file: 'keywords-4.sqlite',
  columns: ['title', 'headings', 'body', 'facets'],
  tokenizer: termTokenizer,
  buildRow: (page, { headings, prefix = '', text }) => [
    joinTerms(page.title),
    joinTerms([...headings, prefix].join('\n')),
    joinTerms(text),
    buildFacets(page).join(' '),
  ],
  buildNames: (page, { headings, prefix = '', text }) => {
    const names = listNames([page.title, ...headings, prefix, text].join('\n'));
    return names === '' ? undefined : [names, buildFacets(page).join(' ')];
  },
  openSearch: (db) => {
    const candidates = openCandidates(db);
    let suggester: Suggester | undefined;
    return {
      chooseTerms: (words) => chooseTerms(candidates, words),
      search: (query, scope, limit) => searchChunks(candidates, query, scope, limit),
      countFacetsOf: (query, scope, limit) => countFacetsOf(candidates, query, scope, limit),
      suggest: (word) =>
        isKnown(candidates, word) ? undefined : (suggester ??= new Suggester(db)).suggest(word),
    };
  },
};

function joinTerms(text: string): string {
  return tokenize(text)
    .map(({ term }) => term)
    .join(' ');
}

/** Each form once, a word between them, so that no phrase goes from one to the next. */
function listNames(text: string): string {
  const forms = new Set<string>();
  for (const { terms } of nameForms(text)) {
    forms.add(terms.join(' '));
    if (forms.size >= maxNameForms) break;
  }
  return [...forms].join(` ${formSeparator} `);
}

/** No text has this character for private use. */
const formSeparator = '\uE002';
