/** RFC 5646, 4.4.1: 35 characters are enough for every tag without extensions. */
const maxTagLength = 1_000;

/**
 * Parses a language tag (BCP 47) or a locale of POSIX. Pages are filtered by language and not by
 * its varieties: `en-US`, `en_US.UTF-8`, `EN` and `eng` are all `en`.
 *
 * @returns undefined for anything else
 */
export function parseLanguage(tag: string): string | undefined {
  const [plain = ''] = tag
    .trim()
    .replaceAll('_', '-')
    .split(/[.@,;]/, 1);
  // V8 throws a RangeError for the pattern below and megabytes of subtags.
  if (plain.length > maxTagLength) return undefined;
  // Intl refuses subtags that were registered before it: `zh-cmn-Hans`, `en-GB-oed`.
  const [, first = ''] = /^([a-z]{2,3})(?:-(?:[a-z]{2,8}|\d{3}))+$/i.exec(plain) ?? [];
  const parsed = canonicalizeLanguage(plain) ?? canonicalizeLanguage(first) ?? '';
  const language = languageOfCountry.get(parsed) ?? parsed;
  // Of two letters all are known; `js` is none. Of three, many languages have no name in Intl.
  if (/^[a-z]{2}$/.test(language)) return isNamed(language) ? language : undefined;
  // A primary subtag of more than three letters is reserved: `english` is a word, not a tag.
  return /^[a-z]{3}$/.test(language) && language !== 'und' ? language : undefined;
}

/** Countries that pages name in place of their language, where no language has these letters. */
const languageOfCountry: ReadonlyMap<string, string> = new Map(
  Object.entries({ cn: 'zh', cz: 'cs', dk: 'da', gr: 'el', jp: 'ja', ua: 'uk', vn: 'vi' }),
);
const names = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

/** @returns whether Intl knows the language, as it knows every one of two letters (ISO 639-1) */
export function isNamed(language: string): boolean {
  return names.of(language) !== undefined;
}

function canonicalizeLanguage(tag: string): string | undefined {
  // Most pages name no language, and a thrown error costs a twentieth of taking in a page.
  if (!/^[a-z]{2}/i.test(tag)) return undefined;
  try {
    return new Intl.Locale(tag).language;
  } catch {
    return undefined;
  }
}

/**
 * Norwegian is written in two forms, and pages in either say `no` as well.
 *
 * @returns the languages of documents that a filter by one language finds
 */
export function listLanguagesFound(language: string): readonly string[] {
  if (language === 'no') return ['no', 'nb', 'nn'];
  return language === 'nb' || language === 'nn' ? [language, 'no'] : [language];
}

/**
 * @returns the country's two letters in upper case (ISO 3166), where people write others as well;
 *   undefined for anything else
 */
export function parseCountry(code: string): string | undefined {
  const country = code.trim().toUpperCase();
  return /^[A-Z]{2}$/.test(country) ? (countryOfLetters.get(country) ?? country) : undefined;
}

/** No country has these letters (ISO 3166), and the European Union writes both. */
const countryOfLetters: ReadonlyMap<string, string> = new Map(
  Object.entries({ UK: 'GB', EL: 'GR' }),
);

/**
 * Documents that came in before their country was read like this have it as it was written.
 *
 * @returns the countries of documents that a filter by one country finds
 */
export function listCountriesFound(country: string): readonly string[] {
  const others = [...countryOfLetters].filter(([, meant]) => meant === country);
  return [country, ...others.map(([letters]) => letters)];
}
