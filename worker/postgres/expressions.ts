/**
 * What indexes are made of and statements ask by. Postgres uses such an index only where both have
 * the same expression.
 */

/** The host of a URL of `documents`, without its port. */
export const hostOfUrl = "split_part(split_part(url, '/', 3), ':', 1)";

/** The crawl of a version. */
export const crawlOfPage = "(page->>'crawlId')";
