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
  try {
    // A primary subtag of more than three letters is reserved: `english` is a word, not a tag.
    const { language } = new Intl.Locale(plain);
    return /^[a-z]{2,3}$/.test(language) && language !== 'und' ? language : undefined;
  } catch {
    return undefined;
  }
}

/** @returns the country's two letters in upper case (ISO 3166); undefined for anything else */
export function parseCountry(code: string): string | undefined {
  const country = code.trim().toUpperCase();
  return /^[A-Z]{2}$/.test(country) ? country : undefined;
}
