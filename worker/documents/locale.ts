/**
 * `en-US`, `en_US.UTF-8`, `EN` and `eng` are all `en`: pages are filtered by language, not by its
 * varieties.
 *
 * @returns undefined for what is no language tag (BCP 47)
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
