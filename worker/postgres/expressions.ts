/**
 * What indexes are made of and statements ask by. Postgres uses such an index only where both have
 * the same expression.
 */

/** The host of a URL of `documents`, without its port; of an address of IPv6 its first part. */
export const hostOfUrl = "split_part(split_part(url, '/', 3), ':', 1)";

/**
 * Whether a URL of `documents` is one of this host, on any port.
 *
 * @param parameter the host's place: `$1`
 */
export function isOfHost(parameter: string): string {
  const host = `${parameter}::text`;
  const place = "split_part(url, '/', 3)";
  const isAddress = `${place} = ${host} OR starts_with(${place}, ${host} || ':')`;
  return `${hostOfUrl} = split_part(${host}, ':', 1) AND (${host} NOT LIKE '[%' OR ${isAddress})`;
}

/** The crawl of a version. */
export const crawlOfPage = "(page->>'crawlId')";
