/** What a search is restricted to; an absent field means any. */
export interface Filters {
  readonly domain?: string | undefined;
  readonly language?: string | undefined;
  readonly country?: string | undefined;
  readonly isMobile?: boolean | undefined;
}

/** Filters, and the one host whose documents are left out. */
export interface Scope extends Filters {
  readonly exceptDomain?: string | undefined;
}

/** @returns filters as documents are stored: languages and hosts in lower case, countries in upper */
export function normalizeFilters({ domain, language, country, isMobile }: Filters): Filters {
  return {
    domain: domain?.toLowerCase(),
    language: language?.toLowerCase(),
    country: country?.toUpperCase(),
    isMobile,
  };
}
