import { readChangedetection } from './read-changedetection.ts';
import { readFirecrawl } from './read-firecrawl.ts';
import { readPages } from './read-pages.ts';

/** What reads a body, by what it holds. */
export const readers = {
  pages: readPages,
  firecrawl: readFirecrawl,
  changedetection: readChangedetection,
};

export type ReaderName = keyof typeof readers;
export type ReadOf<Name extends ReaderName> = ReturnType<(typeof readers)[Name]>;
