import { parseHost } from './host.ts';
import { parseCountry, parseLanguage } from './locale.ts';

/** How a value is read, of a document or of what documents are filtered by. */
interface ReadValue {
  /** @returns the value as documents have it; undefined for what is none */
  readonly parse: (text: string) => string | undefined;
  /** What is wrong with any other text, after the text itself. */
  readonly problem: string;
}

/** A page has the first of the languages that it names, as in `Content-Language: en, de`. */
export const pageValues = {
  language: { parse: parseLanguage, problem: 'is no language tag such as en or de-CH' },
  country: { parse: parseCountry, problem: 'is no two-letter country code such as DE' },
} as const satisfies Record<string, ReadValue>;

/** A filter of which the first alone counted would find, or delete, other documents than meant. */
export const filterValues = {
  host: {
    parse: parseHost,
    problem: 'is no host such as docs.example.org; a path, a port and * are no part of one',
  },
  language: {
    parse: (text) => (/[,;]/.test(text) ? undefined : parseLanguage(text)),
    problem: `${pageValues.language.problem}; it is one language`,
  },
  country: pageValues.country,
} as const satisfies Record<string, ReadValue>;
