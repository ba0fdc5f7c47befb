import { filterValues } from '../../shared/filter-values.ts';
import { listCountriesFound, listLanguagesFound } from '../../shared/locale.ts';

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

/**
 * Reads filters as the values of documents are read.
 *
 * @returns filters as documents are stored
 * @throws TypeError for a text that is no such value: whoever takes filters in says so before
 */
export function normalizeFilters({ domain, language, country, isMobile }: Filters): Filters {
  return {
    domain: domain === undefined ? undefined : normalize(domain, 'host'),
    language: language === undefined ? undefined : normalize(language, 'language'),
    country: country === undefined ? undefined : normalize(country, 'country'),
    isMobile,
  };
}

function normalize(text: string, name: keyof typeof filterValues): string {
  const { parse, problem } = filterValues[name];
  const value = parse(text);
  if (value === undefined) throw new TypeError(`${text} ${problem}`);
  return value;
}

/** @returns the values of documents that a filter finds: Norwegian has several languages */
export function listValuesFound(name: string, value: string): readonly string[] {
  if (name === 'language') return listLanguagesFound(value);
  return name === 'country' ? listCountriesFound(value) : [value];
}
