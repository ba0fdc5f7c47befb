import type { CrawlPage } from '../documents/crawl-page.ts';

/** Of one statement: a share of the seconds that it may take. */
const maxPages = 100;
const maxCharacters = 4_000_000;

/** @returns the pages in lists that one statement takes, in their order */
export function splitPages(pages: readonly CrawlPage[]): CrawlPage[][] {
  const lists: CrawlPage[][] = [];
  let characters = 0;
  for (const one of pages) {
    const length = 'page' in one ? one.page.text.length : 0;
    const last = lists.at(-1);
    if (last === undefined || last.length >= maxPages || characters + length > maxCharacters) {
      lists.push([one]);
      characters = length;
    } else {
      last.push(one);
      characters += length;
    }
  }
  return lists;
}
