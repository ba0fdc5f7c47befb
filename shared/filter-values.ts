import { parseHost } from './host.ts';
import { parseCountry, parseLanguage } from './locale.ts';

/** How a value is read, of a document and of what documents are filtered by. */
interface FilterValue {
  /** @returns the value as documents have it; undefined for what is none */
  readonly parse: (text: string) => string | undefined;
  /** What is wrong with any other text, after the text itself. */
  readonly problem: string;
}

export const filterValues = {
  host: {
    parse: parseHost,
    problem: 'is no host such as docs.example.org; a path, a port and * are no part of one',
  },
  language: { parse: parseLanguage, problem: 'is no language tag such as en or de-CH' },
  country: { parse: parseCountry, problem: 'is no two-letter country code such as DE' },
} as const satisfies Record<string, FilterValue>;
